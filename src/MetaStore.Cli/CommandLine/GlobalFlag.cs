using System.CommandLine;
using System.CommandLine.Parsing;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.CommandLine;

/// <summary>A flag of every verb, which can also be set by an environment variable.</summary>
/// <remarks>
/// --command-timeout can be set by METACTL_COMMAND_TIMEOUT, or by ETCDCTL_COMMAND_TIMEOUT when there is no METACTL_ variable. The flag has precedence
/// over METACTL_; an ETCDCTL_ variable together with the flag is rejected, as in etcdctl. An empty variable counts as not set.
/// </remarks>
internal sealed class GlobalFlag(Option option, string unset)
{
    /// <summary>Prefix of metactl's own variables.</summary>
    public const string OwnPrefix = "METACTL_";

    /// <summary>Prefix of etcdctl's variables.</summary>
    public const string EtcdctlPrefix = "ETCDCTL_";

    /// <summary>The flag.</summary>
    public Option Option => option;

    /// <summary>The value without flag and variables.</summary>
    public string Default => unset;

    /// <summary>The name of a variable without its prefix: COMMAND_TIMEOUT for --command-timeout.</summary>
    public string Variable { get; } = VariableOf(option.Name);

    /// <summary>COMMAND_TIMEOUT for --command-timeout.</summary>
    public static string VariableOf(string flag) => flag.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>The effective value: of the flag, of a variable, or the default. Throws <see cref="UsageException"/> for a variable with an invalid value.</summary>
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

    /// <summary>True when the effective value is "true".</summary>
    public bool IsTrue(ParseResult parsed) => Text(parsed) == "true";

    /// <summary>The effective duration.</summary>
    public TimeSpan Time(ParseResult parsed) => Durations.Parse(Text(parsed));

    /// <summary>The effective number.</summary>
    public int Number(ParseResult parsed) => int.Parse(Text(parsed), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The value of the flag itself; null when it is not given.</summary>
    public string? OnCommandLine(ParseResult parsed) =>
        parsed.GetResult(option) is OptionResult { Implicit: false } result ? result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty : null;
}
