using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Check;

/// <summary>The load of a check.</summary>
/// <param name="Clients">Connections, each with one call in flight.</param>
/// <param name="WritesPerSecond">Rate of all clients together.</param>
/// <param name="Duration">Duration; a minute by default.</param>
internal sealed record PerfModel(int Clients, int WritesPerSecond, TimeSpan Duration)
{
    /// <summary>Parses the name of a load. The figures are etcdctl's.</summary>
    public static PerfModel Parse(string name) => name switch
    {
        "s" or "small" => new(50, 150, TimeSpan.FromMinutes(1)),
        "m" or "medium" => new(200, 1000, TimeSpan.FromMinutes(1)),
        "l" or "large" => new(500, 8000, TimeSpan.FromMinutes(1)),
        "xl" or "xLarge" => new(1000, 15000, TimeSpan.FromMinutes(1)),
        _ => throw new UsageException($"unknown load option {name}; write s, m, l or xl", ExitCodes.BadFeature),
    };
}
