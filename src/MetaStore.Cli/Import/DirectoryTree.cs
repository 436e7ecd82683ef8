namespace MetaStore.Cli.Import;

/// <summary>Finds the files to import: regular files in a directory tree, symbolic links not followed, in ordinal order of their keys.</summary>
internal static class DirectoryTree
{
    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
    };

    /// <summary>Lists the files.</summary>
    /// <param name="root">Directory to import.</param>
    /// <param name="prefix">Prefix of every key.</param>
    /// <param name="maxBytes">Larger files are skipped and counted.</param>
    /// <param name="limit">Maximum number of files; 0 = all.</param>
    /// <returns>The files, and how many were too large.</returns>
    public static (IReadOnlyList<ImportFile> Files, int TooLarge) List(string root, string prefix, long maxBytes, int limit)
    {
        var top = new DirectoryInfo(root);
        var files = new List<ImportFile>();
        var tooLarge = 0;
        foreach (var file in top.EnumerateFiles("*", Walk))
        {
            if (file.Length > maxBytes)
            {
                tooLarge++;
                continue;
            }

            var relative = Path.GetRelativePath(top.FullName, file.FullName).Replace('\\', '/');
            files.Add(new ImportFile(file.FullName, prefix + relative, file.Length));
        }

        files.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        return (limit > 0 && files.Count > limit ? files.GetRange(0, limit) : files, tooLarge);
    }
}
