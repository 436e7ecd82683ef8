using System.CommandLine;
using System.CommandLine.Parsing;

namespace MetaStore.Cli.Commands;

/// <summary>
/// Refuses words that begin with a dash and are no flag of the verb. The parser takes them for keys: <c>del --prefx a</c> would delete
/// the range from "--prefx" to "a". Behind <c>--</c> every word is taken as it is.
/// </summary>
internal static class UnknownFlags
{
    /// <exception cref="UsageException">There is one.</exception>
    public static void Refuse(ParseResult parsed)
    {
        var behind = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Count() - 1;
        var words = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToArray();
        if (words.SkipLast(Math.Max(0, behind)).FirstOrDefault(word => word.Value is ['-', _, ..]) is { } unknown)
        {
            throw new UsageException($"unknown flag: {unknown.Value}; write -- before words that begin with a dash");
        }
    }
}
