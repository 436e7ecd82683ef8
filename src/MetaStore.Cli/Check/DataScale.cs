using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Check;

/// <summary>The load of <c>check datascale</c>; the figures are etcdctl's.</summary>
/// <param name="Pairs">Keys to write, each of 512 bytes with a value of 512 bytes.</param>
/// <param name="Clients">Calls in flight.</param>
internal sealed record DataScale(int Pairs, int Clients)
{
    /// <summary>Bytes of a key and of a value.</summary>
    public const int HalfBytes = 512;

    /// <summary>Parses the name of a load.</summary>
    public static DataScale Parse(string name) => name switch
    {
        "s" or "small" => new(10_000, 50),
        "m" or "medium" => new(100_000, 200),
        "l" or "large" => new(1_000_000, 500),
        "xl" or "xLarge" => new(3_000_000, 1000),
        _ => throw new UsageException($"unknown load option {name}", ExitCodes.BadFeature),
    };
}
