using System.Runtime.InteropServices;

namespace MetaStore.Packaging.Tests.Released;

/// <summary>The folder that <c>make dist</c> has filled, named by METASTORE_DIST. Tests skip themselves without it: the build takes minutes.</summary>
internal static class ReleasedFiles
{
    /// <summary>The folder, or null.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("METASTORE_DIST");

    /// <summary>All archives.</summary>
    public static string[] Archives => Directory.GetFiles(Folder!, "metastore-*.tar.gz");

    /// <summary>The archive for this machine.</summary>
    public static string Archive => Assert.Single(Archives, file => file.EndsWith($"-{RuntimeInformation.RuntimeIdentifier}.tar.gz", StringComparison.Ordinal)
        || file.EndsWith($"-linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}.tar.gz", StringComparison.Ordinal));

    /// <summary>The Debian package for this machine.</summary>
    public static string DebianPackage => Assert.Single(Directory.GetFiles(
        Folder!, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "metastore_*_arm64.deb" : "metastore_*_amd64.deb"));

    /// <summary>The version in the name of the archive.</summary>
    public static string Version => Path.GetFileName(Archive).Split("-linux-")[0]["metastore-".Length..];

    /// <summary>Skips the test when there is nothing to test.</summary>
    public static void Require() => Skip.If(Folder is null, "METASTORE_DIST names no folder: make dist dist-test");
}
