using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>The positional arguments of a verb.</summary>
internal static class PlainWords
{
    /// <summary>All of them, without the <c>--</c>.</summary>
    public static string[] Plain(this ParseResult parsed)
    {
        var (before, after) = parsed.PlainAroundDash();
        return [.. before, .. after ?? []];
    }

    /// <summary>Those before a <c>--</c> and those after it; null when there is none.</summary>
    public static (string[] Before, string[]? After) PlainAroundDash(this ParseResult parsed)
    {
        string[] words = parsed.CommandResult.Command.Arguments is [Argument<string[]> all, ..] ? parsed.GetValue(all) ?? [] : [.. parsed.UnmatchedTokens];
        var dash = Array.IndexOf(words, "--");
        return dash < 0 ? (words, null) : (words[..dash], words[(dash + 1)..]);
    }
}
