using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Plan;

/// <summary>
/// Decides what is measured next: first every load in turn, with all modes; then, with the time that is left, the load whose result is least certain, with the mode of the
/// main verdict and off only.
/// </summary>
/// <remarks>
/// The time is fixed in advance, and a load gets more of it by the width of its interval, never by where the interval lies: a comparison that went on until an interval
/// excludes a value would exclude it too often.
/// </remarks>
internal sealed class ComparisonSchedule
{
    /// <summary>Times that every load is visited before time goes where it is needed most.</summary>
    private const int Passes = 2;

    /// <summary>Rounds of all modes in such a visit.</summary>
    private const int RoundsOfPass = 3;

    /// <summary>Rounds of the two modes in each later visit, which then takes about five seconds.</summary>
    private const int RoundsOfVisit = 16;

    /// <summary>Rounds of one random order: as it is, and reversed.</summary>
    private const int RoundsOfOrder = 2;

    private readonly ComparisonPlan _plan;
    private readonly SeededNumbers _numbers;
    private readonly Dictionary<ComparisonLoad, int> _rounds;
    private readonly Queue<ComparisonBlock> _first;
    private ComparisonLoad? _last;

    /// <summary>Starts a schedule.</summary>
    public ComparisonSchedule(ComparisonPlan plan)
    {
        (_plan, _numbers) = (plan, new SeededNumbers(plan.Seed));
        _rounds = plan.Loads.ToDictionary(load => load, _ => 0);
        _first = new Queue<ComparisonBlock>(
            from rounds in plan.Rounds is { } given ? Enumerable.Range(0, given).Chunk(RoundsOfOrder).Select(chunk => chunk.Length) : Enumerable.Repeat(RoundsOfPass, Passes)
            from load in _numbers.Shuffled(plan.Loads)
            select BlockOf(load, rounds, plan.Modes));
        FirstBlocks = _first.Count;
        Expected = plan.PutsPerCaller > 0 ? null : Max(plan.Rounds is null ? plan.Budget : TimeSpan.Zero, _first.Aggregate(TimeSpan.Zero, (sum, block) => sum + plan.ExpectedOf(block)!.Value));
    }

    /// <summary>Blocks that are measured in any case.</summary>
    public int FirstBlocks { get; }

    /// <summary>Approximate duration after the warm-up; null when puts are counted.</summary>
    public TimeSpan? Expected { get; }

    /// <summary>The next block; null at the end.</summary>
    /// <param name="spent">Time since the warm-up.</param>
    /// <param name="widthOf">Width of the interval of a load's main ratio, as a logarithm; infinite when there is none.</param>
    public ComparisonBlock? Next(TimeSpan spent, Func<ComparisonLoad, double> widthOf)
    {
        if (_first.TryDequeue(out var block))
        {
            _last = block.Load;
            return block;
        }

        if (_plan.Rounds is not null)
        {
            return null;
        }

        // Never the same load twice in succession: what the machine does for some seconds must not decide on one load alone.
        var load = _numbers.Shuffled(_plan.Loads).Where(load => load != _last || _rounds.Count == 1).MaxBy(widthOf)!;
        block = BlockOf(load, RoundsOfVisit, [ComparedMode.Off, _plan.Subject]);
        _last = load;
        return spent + _plan.ExpectedOf(block) <= _plan.Budget ? block : null;
    }

    /// <summary>Each order is followed by its reverse: a machine that becomes faster or slower meanwhile affects all modes alike.</summary>
    private ComparisonBlock BlockOf(ComparisonLoad load, int rounds, IReadOnlyList<ComparedMode> modes)
    {
        var made = new ComparisonRound[rounds];
        for (var round = 0; round < rounds; round++)
        {
            made[round] = new ComparisonRound(_rounds[load]++, round % RoundsOfOrder == 0 ? Order(modes) : [.. made[round - 1].Modes.Reverse()]);
        }

        return new ComparisonBlock(load, made);
    }

    /// <summary>Random, but off and the mode of the main verdict are always next to each other.</summary>
    private IReadOnlyList<ComparedMode> Order(IReadOnlyList<ComparedMode> modes)
    {
        var pair = _numbers.Shuffled([ComparedMode.Off, _plan.Subject]);
        return [.. _numbers.Shuffled(modes.Where(mode => mode != _plan.Subject)).SelectMany(mode => mode == ComparedMode.Off ? pair : [mode])];
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
