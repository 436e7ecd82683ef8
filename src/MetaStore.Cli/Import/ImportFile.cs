namespace MetaStore.Cli.Import;

/// <summary>One file to import.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Key">The key it gets: prefix plus the path below the imported folder, with slashes.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ImportFile(string Path, string Key, long Length);
