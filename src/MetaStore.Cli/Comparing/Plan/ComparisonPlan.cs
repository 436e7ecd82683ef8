using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Plan;

/// <summary>What is compared, for how long and in which order.</summary>
internal sealed record ComparisonPlan
{
    /// <summary>Approximate overhead of a measurement: changing the mode and the queries before and after.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(60);

    /// <summary>Modes; the first one is off.</summary>
    public required IReadOnlyList<ComparedMode> Modes { get; init; }

    /// <summary>Callers of each load, each of which keeps one put in flight.</summary>
    public required IReadOnlyList<int> Callers { get; init; }

    /// <summary>Bytes of a value.</summary>
    public required IReadOnlyList<int> ValueSizes { get; init; }

    /// <summary>Times each mode is measured under each load.</summary>
    public required int Rounds { get; init; }

    /// <summary>Measured time of one mode under one load in one round; not used when <see cref="PutsPerCaller"/> is given.</summary>
    public required TimeSpan Measured { get; init; }

    /// <summary>Puts that each caller makes in one measurement, however long they take; 0 measures by time.</summary>
    public int PutsPerCaller { get; init; }

    /// <summary>Seed of the order and of the resampling.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every combination, in the order of reports.</summary>
    public IEnumerable<ComparisonCell> Cells =>
        from size in ValueSizes from callers in Callers from mode in Modes select new ComparisonCell(mode, callers, size);

    /// <summary>The mode of the main verdict: dynamic, the members' default, if it is compared, else the last one.</summary>
    public ComparedMode Subject => Modes.FirstOrDefault(mode => mode.Name == "dynamic") ?? Modes[^1];

    /// <summary>All measurements in order: the loads of each round, and the modes of each load, are shuffled.</summary>
    public IReadOnlyList<ComparisonBlock> Blocks()
    {
        var numbers = new SeededNumbers(Seed);
        return
        [
            .. from round in Enumerable.Range(0, Rounds)
               from load in numbers.Shuffled(from size in ValueSizes from callers in Callers select (size, callers))
               select new ComparisonBlock(round, load.callers, load.size, numbers.Shuffled(Modes)),
        ];
    }

    /// <summary>Approximate duration after the warm-up; null when puts are counted.</summary>
    public TimeSpan? Expected => PutsPerCaller > 0 ? null : Blocks().Aggregate(TimeSpan.Zero, (sum, block) => sum + ExpectedOf(block));

    /// <summary>Approximate duration of one load: some settle at once, some need more windows.</summary>
    public TimeSpan ExpectedOf(ComparisonBlock block) =>
        block.Modes.Aggregate(TimeSpan.Zero, (sum, mode) => sum + mode.Settle + (Settling.Window * 0.5) + Measured + Between);
}
