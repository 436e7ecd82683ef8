using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.Unicode;

namespace MetaStore.Cli.Commands;

/// <summary>Words that cannot be understood: one line on standard error, nothing on standard output that a pipe would take for a result.</summary>
internal static class UsageErrors
{
    private const string OwnCommandLine = "/proc/self/cmdline";
    private const string TypeNamed = " as expected type ";

    /// <summary>What is wrong with the command line, or null. <c>--help</c> goes before any error.</summary>
    public static string? Find(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction)
        {
            return null;
        }

        // "Required command was not provided" says less than what was written in its place.
        bool isGroup = parsed.CommandResult.Command.Subcommands.Count > 0;
        string message = parsed.Errors[isGroup && parsed.Errors.Count > 1 ? 1 : 0].Message;
        int type = message.IndexOf(TypeNamed, StringComparison.Ordinal);
        return $"{(type < 0 ? message : message[..type]).TrimEnd('.')}; see {NameOf(parsed.CommandResult)} --help";
    }

    /// <summary>
    /// What is wrong with words that are no text. The runtime has replaced their bytes by U+FFFD: another key would be read, written or deleted than
    /// the one that was named.
    /// </summary>
    public static string? FindBytes(string[] words) =>
        words.Any(word => word.Contains('\ufffd', StringComparison.Ordinal)) && File.Exists(OwnCommandLine) && !Utf8.IsValid(File.ReadAllBytes(OwnCommandLine))
            ? "an argument is not UTF-8 text; etcdctl and the JSON gateway take keys of any bytes"
            : null;

    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "metactl";
}
