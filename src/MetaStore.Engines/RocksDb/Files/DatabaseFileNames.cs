using MetaStore.Engines.StateFiles;

namespace MetaStore.Engines.RocksDb.Files;

/// <summary>
/// The files that make up a database: CURRENT, the manifest, tables. Other files in the folder are recreated when it is opened.
/// </summary>
internal sealed class DatabaseFileNames : IStateFileNames
{
    /// <summary>Names the manifest. Without it the library would start with an empty database.</summary>
    internal const string Current = "CURRENT";

    private const string Manifest = "MANIFEST-";
    private const string Table = ".sst";
    private const int DigitsMin = 6;
    private const int DigitsMax = 20;

    internal static DatabaseFileNames Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsName(string name) => name == Current || IsManifest(name) || IsTable(name);

    /// <inheritdoc/>
    public bool AreWhole(IReadOnlySet<string> names) => names.Contains(Current) && names.Count(IsManifest) == 1;

    /// <summary>
    /// True for files of a checkpoint that contain no state: options, which every opening writes, and a log that is empty,
    /// because none is written.
    /// </summary>
    internal static bool IsBeside(string name, long bytes) => name.StartsWith("OPTIONS-", StringComparison.Ordinal) || (name.EndsWith(".log", StringComparison.Ordinal) && bytes == 0);

    private static bool IsManifest(string name) => name.StartsWith(Manifest, StringComparison.Ordinal) && IsNumber(name.AsSpan(Manifest.Length));

    private static bool IsTable(string name) => name.EndsWith(Table, StringComparison.Ordinal) && IsNumber(name.AsSpan(0, name.Length - Table.Length));

    private static bool IsNumber(ReadOnlySpan<char> digits) =>
        digits.Length is >= DigitsMin and <= DigitsMax && !digits.ContainsAnyExceptInRange('0', '9');
}
