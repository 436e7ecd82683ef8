using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaStore.Engines.RocksDb;

/// <summary>
/// The version of the library that opened a folder. The C API has no call for it, but every opening writes it into a file of
/// options.
/// </summary>
internal static partial class LibraryVersion
{
    private const string Options = "OPTIONS-";

    /// <summary>Reads it from the newest file of options.</summary>
    /// <returns>Null when there is no such file or it has no version; nothing may be concluded then.</returns>
    internal static Version? Of(string folder)
    {
        try
        {
            var newest = Directory.EnumerateFiles(folder, Options + "*").MaxBy(NumberOf);
            return newest is not null && Line().Match(File.ReadAllText(newest)) is { Success: true } found
                ? Version.Parse(found.Groups[1].ValueSpan)
                : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The version is optional for the caller.
            return null;
        }
    }

    private static ulong NumberOf(string path) =>
        ulong.TryParse(Path.GetFileName(path.AsSpan())[Options.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^\s*rocksdb_version=([0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4})\s*$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
