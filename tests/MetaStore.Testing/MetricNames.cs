using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;

namespace MetaStore.Testing;

/// <summary>Names of metric families: those on a page and those that docs/compatibility.md lists as missing.</summary>
public static partial class MetricNames
{
    /// <summary>The families of a page in the Prometheus text format.</summary>
    public static IReadOnlyList<string> Of(string page) => [.. TypeLine().Matches(page).Select(match => match.Groups[1].Value)];

    /// <summary>Names of <paramref name="wanted"/> that are neither on the page nor in the table of differences.</summary>
    public static IReadOnlyList<string> Missing(IEnumerable<string> wanted, string page)
    {
        var there = Of(page).ToHashSet();
        var explained = Explained();
        return [.. wanted.Where(name => !there.Contains(name) && !explained.Any(pattern => Fits(name, pattern)))];
    }

    /// <summary>Names that are in the table of differences although the page has them.</summary>
    public static IReadOnlyList<string> ExplainedAndThere(string page) =>
        [.. Of(page).Where(name => Explained().Any(pattern => Fits(name, pattern)))];

    private static bool Fits(string name, string pattern) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    private static string[] Explained()
    {
        var text = File.ReadAllText(Path.Combine(Programs.SourceTree, "docs", "compatibility.md"));
        var section = text[text.IndexOf("\n## Metrics\n", StringComparison.Ordinal)..];
        var rows = section[..section.IndexOf("\n## ", 5, StringComparison.Ordinal)].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        return [.. rows.SelectMany(row => Quoted().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value))];
    }

    [GeneratedRegex("^# TYPE (\\S+) ", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
