using System.CommandLine;
using System.CommandLine.Invocation;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.CommandLine;

/// <summary>Reports usage errors: one line on standard error, nothing on standard output that a pipe could take for a result.</summary>
internal static class UsageErrors
{
    private const string TypeNamed = " as expected type ";

    /// <summary>The error in the command line, or null. <c>--help</c> has precedence over errors.</summary>
    public static string? Find(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction)
        {
            return null;
        }

        // "Required command was not provided" would not show what was given instead.
        bool isGroup = parsed.CommandResult.Command.Subcommands.Count > 0;
        string message = parsed.Errors[isGroup && parsed.Errors.Count > 1 ? 1 : 0].Message;
        int type = message.IndexOf(TypeNamed, StringComparison.Ordinal);
        return $"{(type < 0 ? message : message[..type]).TrimEnd('.')}; see {VerbFinder.PathOf(parsed.CommandResult.Command)} --help";
    }
}
