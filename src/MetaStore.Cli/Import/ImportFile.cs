namespace MetaStore.Cli.Import;

/// <summary>One file to import.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Key">Its key: the prefix plus the path relative to the imported directory, with slashes.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ImportFile(string Path, string Key, long Length);
