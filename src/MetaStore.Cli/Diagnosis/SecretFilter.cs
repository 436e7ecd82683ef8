using System.Text;
using System.Text.RegularExpressions;

namespace MetaStore.Cli.Diagnosis;

/// <summary>A configuration file without its secrets.</summary>
/// <remarks>
/// What is kept is what is certainly none: a line with one name and one plain value, where the name is not that of a secret. Comments, texts of several lines,
/// and whatever is written in another form are left out, because a secret could be in them.
/// </remarks>
internal static partial class SecretFilter
{
    private const string LeftOut = "(left out)";

    /// <summary>Parts of names whose values are not shown, unless the value is the path of a file.</summary>
    private static readonly string[] Sensitive = ["secret", "pass", "pwd", "token", "credential", "auth", "key", "user", "private"];

    /// <summary>The text to show.</summary>
    /// <param name="configuration">YAML, or NAME=VALUE lines.</param>
    public static string Of(string configuration)
    {
        var shown = new StringBuilder();
        int? hiddenBelow = null;
        foreach (var line in configuration.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Trim().Length == 0)
            {
                continue;
            }

            // A sequence may have the indentation of the name that it belongs to.
            var indent = line.Length - line.TrimStart().Length;
            if (hiddenBelow is { } outer && (indent > outer || (indent == outer && line.TrimStart().StartsWith('-'))))
            {
                continue;
            }

            hiddenBelow = null;
            if (line.TrimStart().StartsWith('#'))
            {
                continue;
            }

            var shownLine = Line(line, out var isWhole);
            shown.Append(shownLine).Append('\n');
            if (!isWhole)
            {
                hiddenBelow = indent;
            }
        }

        return shown.ToString();
    }

    /// <summary>A URL without the user and password in it.</summary>
    public static string WithoutUser(string text) => UserInfo().Replace(text, "//");

    /// <param name="line">Not empty.</param>
    /// <param name="isWhole">False when lines below it may belong to what was left out.</param>
    private static string Line(string line, out bool isWhole)
    {
        if (Address().IsMatch(line))
        {
            return Shown(line, out isWhole);
        }

        var match = Setting().Match(line);
        if (!match.Success)
        {
            isWhole = false;
            return LeftOut;
        }

        var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
        isWhole = !IsSecret(name) && (value.Length == 0 || IsPlain(value));
        return isWhole ? Shown(line, out isWhole) : $"{match.Groups["start"].Value.TrimEnd()} {LeftOut}";
    }

    /// <summary>A line without the users of its URLs; nothing of it when there may be more of one.</summary>
    private static string Shown(string line, out bool isWhole)
    {
        var shown = WithoutUser(line);
        isWhole = !shown.Contains("//", StringComparison.Ordinal) || !shown.Contains('@', StringComparison.Ordinal);
        return isWhole ? shown : LeftOut;
    }

    private static bool IsSecret(string name) =>
        Sensitive.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)) && !name.EndsWith("file", StringComparison.OrdinalIgnoreCase);

    /// <summary>One word of letters, digits and what is in numbers, names, paths and addresses, with or without quotes; not a flag.</summary>
    private static bool IsPlain(string value) => PlainValue().IsMatch(value);

    [GeneratedRegex(@"^(?<start>\s*(?:- )?(?:export )?-{0,2}[""']?(?<name>[\w.-]+)[""']?\s*[:=]\s*)(?<value>.*?)\s*$")]
    private static partial Regex Setting();

    /// <summary>Of the items of a list only URLs are shown: others may be arguments of a program, one of them a password.</summary>
    [GeneratedRegex(@"^\s*- ""?[a-z]+://[\w.:@/\[\]-]*""?\s*$")]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?:(?<quote>[""'])?(?:-?\d|[\w./@+])[\w./:,@+-]*(?(quote)\k<quote>))$")]
    private static partial Regex PlainValue();

    /// <summary>Up to the last "@" of a URL: passwords have been seen that contain "/" and "@".</summary>
    [GeneratedRegex(@"//[^\s,]*@")]
    private static partial Regex UserInfo();
}
