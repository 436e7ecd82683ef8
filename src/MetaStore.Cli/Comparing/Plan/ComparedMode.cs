using MetaStore.Cli.CommandLine;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Comparing.Plan;

/// <summary>A batching mode to compare.</summary>
/// <param name="Name">Name in flags and reports.</param>
/// <param name="Change">Settings applied to every member, in addition to its own sizes and timeouts. All modes set the same fields except the interval of adaptive ones.</param>
/// <param name="Settle">Time under load after a change to it that is not measured: adaptive modes first adjust to the load.</param>
/// <param name="Meaning">Short description.</param>
internal sealed record ComparedMode(string Name, BatchSettings Change, TimeSpan Settle, string Meaning)
{
    private static readonly TimeSpan AfterSteps = TimeSpan.FromSeconds(2);

    /// <summary>Interval of adaptive modes during a comparison; their default of 5 s would be longer than a measurement.</summary>
    private const long StepMicros = 200_000;

    /// <summary>The unbatched mode, the baseline of all others.</summary>
    public static ComparedMode Off { get; } =
        new("off", new BatchSettings { Policy = BatchPolicy.Off, FlushWhenIdle = true }, Settling.AfterSwitch, "every put is a log entry of its own");

    /// <summary>Every mode, in the order in which reports list them.</summary>
    public static IReadOnlyList<ComparedMode> All { get; } =
    [
        Off,
        new("fixed", new BatchSettings { Policy = BatchPolicy.Fixed, FlushWhenIdle = false }, Settling.AfterSwitch, "waits for one size or one timeout"),
        new("classic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = false }, Settling.AfterSwitch, "dynamic, but waits for size or timeout even while the log is idle"),
        new(
            "throughput",
            new BatchSettings { Policy = BatchPolicy.Throughput, FlushWhenIdle = false, ThroughputEvaluationIntervalUs = StepMicros },
            AfterSteps,
            "the size grows while throughput does"),
        new(
            "target",
            new BatchSettings { Policy = BatchPolicy.Target, FlushWhenIdle = false, TargetEvaluationIntervalUs = StepMicros },
            AfterSteps,
            "the size is adjusted towards the targets set on the members"),
        new("dynamic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true }, Settling.AfterSwitch, "size and timeout adapt to the load, and nothing waits while the log is idle"),
    ];

    /// <summary>Parses comma-separated names. Off is always included. Throws <see cref="UsageException"/>.</summary>
    public static IReadOnlyList<ComparedMode> ParseList(string names)
    {
        string[] given = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (given.FirstOrDefault(name => name != "all" && All.All(mode => mode.Name != name)) is { } unknown)
        {
            throw new UsageException($"unknown mode '{unknown}'; write {string.Join(", ", All.Select(mode => mode.Name))} or all");
        }

        ComparedMode[] modes = [.. All.Where(mode => mode == Off || given.Contains("all") || given.Contains(mode.Name))];
        return modes.Length > 1 ? modes : throw new UsageException("--modes needs at least one mode besides off, such as --modes dynamic");
    }
}
