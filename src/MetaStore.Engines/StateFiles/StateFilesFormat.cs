using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MetaStore.Engines.StateFiles;

/// <summary>Identifies the format of state files: what a member says it accepts, and the header of files that are sent.</summary>
/// <param name="Engine">Name of the engine, 1 to 16 lower-case letters and digits.</param>
/// <param name="Layout">Version of how this project uses the library: families, keys, orders.</param>
/// <param name="Library">Version of the library that wrote them, three numbers.</param>
public sealed partial record StateFilesFormat(string Engine, int Layout, Version Library)
{
    /// <summary>Longest text that <see cref="TryParse"/> accepts.</summary>
    public const int TextCharsMax = 64;

    /// <summary>
    /// True when a reader of this format can open files of <paramref name="other"/>: the same layout, and a library that is not
    /// older.
    /// </summary>
    public bool Reads(StateFilesFormat other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Engine == other.Engine && Layout == other.Layout && Library >= other.Library;
    }

    /// <summary>As in "rocksdb/1 7.8.3".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Engine}/{Layout} {Library}");

    /// <summary>Parses the text of another member. False for anything that is not exactly what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StateFilesFormat? format)
    {
        ArgumentNullException.ThrowIfNull(text);
        format = null;
        if (text.Length > TextCharsMax || Pattern().Match(text) is not { Success: true } match)
        {
            return false;
        }

        format = new StateFilesFormat(match.Groups[1].Value, Number(2), new Version(Number(3), Number(4), Number(5)));
        return true;

        int Number(int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\A([a-z0-9]{1,16})/([0-9]{1,4}) ([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})\z")]
    private static partial Regex Pattern();
}
