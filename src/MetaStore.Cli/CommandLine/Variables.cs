using System.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.CommandLine;

/// <summary>The environment variables of metactl and etcdctl.</summary>
internal static class Variables
{
    /// <summary>ETCDCTL_API selects the API in etcdctl 3.4 and is 3 in many scripts; the other two are arguments of watch.</summary>
    private static readonly string[] NoFlags = ["API", "WATCH_KEY", "WATCH_RANGE_END"];

    private static readonly AsyncLocal<IReadOnlyDictionary<string, string>?> Replaced = new();

    /// <summary>The value of a variable; null when it is not set.</summary>
    public static string? Get(string name) => Replaced.Value is { } variables ? variables.GetValueOrDefault(name) : Environment.GetEnvironmentVariable(name);

    /// <summary>Replaces all variables in this flow of calls; null restores those of the process.</summary>
    public static void Replace(IReadOnlyDictionary<string, string>? variables) => Replaced.Value = variables;

    /// <summary>Checks all variables before a verb connects, and warns about unknown ones.</summary>
    /// <exception cref="UsageException">A variable contradicts a flag, or belongs to something that metactl does not support.</exception>
    public static void Check(ParseResult parsed, IReadOnlyList<GlobalFlag> flags)
    {
        foreach (var name in Names().Order(StringComparer.Ordinal))
        {
            var isEtcdctls = name.StartsWith(GlobalFlag.EtcdctlPrefix, StringComparison.Ordinal);
            if (!isEtcdctls && !name.StartsWith(GlobalFlag.OwnPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            var variable = name[GlobalFlag.OwnPrefix.Length..];
            var flag = flags.FirstOrDefault(known => known.Variable == variable);
            if (flag is not null && isEtcdctls && flag.OnCommandLine(parsed) is not null)
            {
                throw new UsageException(
                    $"conflicting environment variable \"{name}\" is shadowed by corresponding command-line flag (either unset environment variable or disable flag)", ExitCodes.Error);
            }

            if (Get(name) is { Length: > 0 } && UnsupportedVerbs.RefusedFlags.FirstOrDefault(refused => GlobalFlag.VariableOf(refused.Name) == variable) is { Why: { } why })
            {
                throw new UsageException($"{name}: {why}");
            }

            if (!NoFlags.Contains(variable) && (flag is null || Get(name) is not { Length: > 0 }))
            {
                Terminal.Complain($"Warning: unrecognized environment variable {name}={Get(name)}");
            }
        }
    }

    private static IEnumerable<string> Names() => Replaced.Value?.Keys ?? Environment.GetEnvironmentVariables().Keys.Cast<string>();
}
