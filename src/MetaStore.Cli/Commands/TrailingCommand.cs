using System.CommandLine;
using System.CommandLine.Parsing;

namespace MetaStore.Cli.Commands;

/// <summary>A program behind <c>--</c> that a verb is to run.</summary>
internal static class TrailingCommand
{
    /// <summary>Splits the words of a verb at the <c>--</c>; without one there is no program.</summary>
    public static (string[] Words, string[] Program) Split(ParseResult parsed, string[] words)
    {
        var tokens = parsed.Tokens;
        var dash = tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        var behind = Math.Max(0, tokens.Count - dash - 1);
        return (words[..^behind], words[^behind..]);
    }
}
