namespace MetaStore.Cli.Comparing.Plan;

/// <summary>What is compared, for how long and in which order.</summary>
internal sealed record ComparisonPlan
{
    /// <summary>Approximate overhead of a measurement: changing the mode and the queries before and after.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(15);

    /// <summary>Approximate overhead of a block: finding the leader, and starting the callers.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromMilliseconds(350);

    /// <summary>Modes; the first one is off.</summary>
    public required IReadOnlyList<ComparedMode> Modes { get; init; }

    /// <summary>Callers of each load, each of which keeps one put in flight.</summary>
    public required IReadOnlyList<int> Callers { get; init; }

    /// <summary>Bytes of a value.</summary>
    public required IReadOnlyList<int> ValueSizes { get; init; }

    /// <summary>Rounds of all modes under each load, however long they take; null takes <see cref="Budget"/>.</summary>
    public int? Rounds { get; init; }

    /// <summary>Total time after the warm-up; not used when <see cref="Rounds"/> are given.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Measured time of one mode in one round; not used when <see cref="PutsPerCaller"/> is given.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>Puts that each caller makes in one mode and round, however long they take; 0 measures by time.</summary>
    public int PutsPerCaller { get; init; }

    /// <summary>Seed of the order and of the resampling.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every load, in the order of reports.</summary>
    public IEnumerable<ComparisonLoad> Loads => from size in ValueSizes from callers in Callers select new ComparisonLoad(callers, size);

    /// <summary>Every combination, in the order of reports.</summary>
    public IEnumerable<ComparisonCell> Cells => from load in Loads from mode in Modes select new ComparisonCell(mode, load);

    /// <summary>The mode of the main verdict: dynamic, the members' default, if it is compared, else the last one.</summary>
    public ComparedMode Subject => Modes.FirstOrDefault(mode => mode.Name == "dynamic") ?? Modes[^1];

    /// <summary>Approximate duration of a block; null when puts are counted.</summary>
    public TimeSpan? ExpectedOf(ComparisonBlock block) => PutsPerCaller > 0
        ? null
        : block.Modes.Aggregate(Start, (sum, _) => sum + Measured + Between) + block.Changes.Aggregate(TimeSpan.Zero, (sum, mode) => sum + mode.Settle);
}
