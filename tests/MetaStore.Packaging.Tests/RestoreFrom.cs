namespace MetaStore.Packaging.Tests;

/// <summary>Properties with which a project outside the sources is restored.</summary>
internal static class RestoreFrom
{
    /// <summary>
    /// From these packages, and what they depend on from where every other project gets its own. A folder of its own for what is unpacked: two runs at
    /// one commit make packages of one version, and the next must not find this one's.
    /// </summary>
    /// <param name="packages">Where the packages are.</param>
    /// <param name="unpacked">Where a folder for the unpacked ones is made.</param>
    public static string[] Packages(string packages, string unpacked)
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return
        [
            $"-p:RestoreAdditionalProjectSources={packages}", $"-p:RestorePackagesPath={Path.Combine(unpacked, "unpacked")}", $"-p:RestoreFallbackFolders={cache}",
        ];
    }
}
