using MetaStore.Cli.CommandLine;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Comparing.Plan;

/// <summary>One way of packing puts into log entries.</summary>
/// <param name="Name">As flags and reports name it.</param>
/// <param name="Change">What is set at every member, beside the member's own sizes and timeouts. All modes set the same fields but for the pace of adaptive ones.</param>
/// <param name="Settle">Shortest time under load before it is measured: a mode that follows the load takes its steps first.</param>
/// <param name="Meaning">What it does, in a few words.</param>
internal sealed record ComparedMode(string Name, BatchSettings Change, TimeSpan Settle, string Meaning)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AfterSteps = TimeSpan.FromSeconds(2);

    /// <summary>How often an adaptive mode takes a step while it is compared; their default of 5 s would be longer than what is measured.</summary>
    private const long StepMicros = 200_000;

    /// <summary>The unbatched mode, which all others are compared with.</summary>
    public static ComparedMode Off { get; } =
        new("off", new BatchSettings { Policy = BatchPolicy.Off, FlushWhenIdle = true }, AtOnce, "every put is a log entry of its own");

    /// <summary>Every mode, in the order in which reports list them.</summary>
    public static IReadOnlyList<ComparedMode> All { get; } =
    [
        Off,
        new("fixed", new BatchSettings { Policy = BatchPolicy.Fixed, FlushWhenIdle = false }, AtOnce, "waits for one size or one timeout"),
        new("classic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = false }, AtOnce, "dynamic, but waits for size or timeout also while the log is idle"),
        new(
            "throughput",
            new BatchSettings { Policy = BatchPolicy.Throughput, FlushWhenIdle = false, ThroughputEvaluationIntervalUs = StepMicros },
            AfterSteps,
            "the size grows while throughput does"),
        new(
            "target",
            new BatchSettings { Policy = BatchPolicy.Target, FlushWhenIdle = false, TargetEvaluationIntervalUs = StepMicros },
            AfterSteps,
            "the size follows the targets that the members are set to"),
        new("dynamic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true }, AtOnce, "size and timeout follow the load, and nothing waits while the log is idle"),
    ];

    /// <summary>Reads names with commas between. Off is always among them. Throws <see cref="UsageException"/>.</summary>
    public static IReadOnlyList<ComparedMode> ParseList(string names)
    {
        string[] given = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (given.FirstOrDefault(name => name != "all" && All.All(mode => mode.Name != name)) is { } unknown)
        {
            throw new UsageException($"unknown mode '{unknown}'; write {string.Join(", ", All.Select(mode => mode.Name))} or all");
        }

        ComparedMode[] modes = [.. All.Where(mode => mode == Off || given.Contains("all") || given.Contains(mode.Name))];
        return modes.Length > 1 ? modes : throw new UsageException("--modes needs at least one mode beside off, such as --modes dynamic");
    }
}
