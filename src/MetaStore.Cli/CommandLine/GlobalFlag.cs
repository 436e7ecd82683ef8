using System.CommandLine;
using System.CommandLine.Parsing;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.CommandLine;

/// <summary>A flag of every verb, which an environment variable can stand for.</summary>
/// <remarks>
/// METACTL_COMMAND_TIMEOUT stands for --command-timeout, and so does ETCDCTL_COMMAND_TIMEOUT when there is no METACTL_ one. The flag goes before
/// METACTL_; with ETCDCTL_ beside the flag the command is refused, as etcdctl does. An empty variable is none.
/// </remarks>
internal sealed class GlobalFlag(Option option, string unset)
{
    /// <summary>Prefix of metactl's own variables.</summary>
    public const string OwnPrefix = "METACTL_";

    /// <summary>Prefix of etcdctl's variables.</summary>
    public const string EtcdctlPrefix = "ETCDCTL_";

    /// <summary>The flag.</summary>
    public Option Option => option;

    /// <summary>The name of a variable without its prefix: COMMAND_TIMEOUT for --command-timeout.</summary>
    public string Variable { get; } = VariableOf(option.Name);

    /// <summary>COMMAND_TIMEOUT for --command-timeout.</summary>
    public static string VariableOf(string flag) => flag.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>The value in force: that of the flag, of a variable, or the default. Throws <see cref="UsageException"/> for a variable whose value is none.</summary>
    public string Text(ParseResult parsed)
    {
        if (OnCommandLine(parsed) is { } given)
        {
            return given;
        }

        foreach (var prefix in (string[])[OwnPrefix, EtcdctlPrefix])
        {
            if (Variables.Get(prefix + Variable) is { Length: > 0 } value)
            {
                return FlagValues.Plain(option, value, out var plain) is { } fault
                    ? throw new UsageException($"invalid value {FlagValues.Quoted(value)} for {prefix}{Variable}: {fault}", ExitCodes.Error)
                    : plain;
            }
        }

        return unset;
    }

    /// <summary>True when the value in force is "true".</summary>
    public bool IsTrue(ParseResult parsed) => Text(parsed) == "true";

    /// <summary>The time in force.</summary>
    public TimeSpan Time(ParseResult parsed) => Durations.Parse(Text(parsed));

    /// <summary>The number in force.</summary>
    public int Number(ParseResult parsed) => int.Parse(Text(parsed), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The value of the flag itself; null when it is not there.</summary>
    public string? OnCommandLine(ParseResult parsed) =>
        parsed.GetResult(option) is OptionResult { Implicit: false } result ? result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty : null;
}
