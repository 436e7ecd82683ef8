using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Plan;

/// <summary>What is compared, how long and in which order.</summary>
internal sealed record ComparisonPlan
{
    /// <summary>What a change of the mode and the questions before and after a measurement cost beside it, roughly.</summary>
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

    /// <summary>Of the order and of the resampling.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Every combination, in the order in which reports list them.</summary>
    public IEnumerable<ComparisonCell> Cells =>
        from size in ValueSizes from callers in Callers from mode in Modes select new ComparisonCell(mode, callers, size);

    /// <summary>The mode that the verdict is about: dynamic where it takes part, which is the default of a member, else the last one.</summary>
    public ComparedMode Subject => Modes.FirstOrDefault(mode => mode.Name == "dynamic") ?? Modes[^1];

    /// <summary>Everything that is measured, in order: in each round the loads by chance, in each load the modes by chance.</summary>
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

    /// <summary>About how long it takes after the warm-up; null when puts are counted.</summary>
    public TimeSpan? Expected => PutsPerCaller > 0 ? null : Blocks().Aggregate(TimeSpan.Zero, (sum, block) => sum + ExpectedOf(block));

    /// <summary>About how long one load takes: some settle at once, some need a few windows more.</summary>
    public TimeSpan ExpectedOf(ComparisonBlock block) =>
        block.Modes.Aggregate(TimeSpan.Zero, (sum, mode) => sum + mode.Settle + (Settling.Window * 0.5) + Measured + Between);
}
