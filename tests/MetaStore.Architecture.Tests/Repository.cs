namespace MetaStore.Architecture.Tests;

/// <summary>Path of the sources, searched upwards from the test's folder.</summary>
internal static class Repository
{
    /// <summary>The folder that contains MetaStore.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Source files below <paramref name="folder"/>, as paths relative to the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var top = Path.Combine(Root, folder);
        return Directory.Exists(top)
            ? Directory.EnumerateFiles(top, pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Text of a file, by its path relative to the root.</summary>
    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MetaStore.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("MetaStore.sln was not found above the test's folder");
    }
}
