using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Executes a plan.</summary>
/// <param name="plan">What is measured.</param>
/// <param name="driver">Drives the cluster.</param>
/// <param name="observer">Notified of each step.</param>
/// <param name="clock">Clock of the budget.</param>
internal sealed class ComparisonRun(ComparisonPlan plan, ICellDriver driver, IRunObserver observer, TimeProvider clock)
{
    /// <summary>A block that is disturbed, for example by an election, is repeated; after this many attempts it counts anyway.</summary>
    private const int TriesMax = 3;

    /// <summary>Enough to compare the widths of intervals.</summary>
    private const int RoughResamples = 200;

    private readonly Dictionary<ComparisonCell, List<CellSample>> _samples = plan.Cells.ToDictionary(cell => cell, _ => new List<CellSample>());
    private readonly List<string> _disturbances = [];

    /// <summary>Samples of each measured cell in the order of rounds.</summary>
    public IReadOnlyDictionary<ComparisonCell, IReadOnlyList<CellSample>> Samples =>
        _samples.Where(cell => cell.Value.Count > 0).ToDictionary(cell => cell.Key, cell => (IReadOnlyList<CellSample>)cell.Value);

    /// <summary>One line for each disturbance.</summary>
    public IReadOnlyList<string> Disturbances => _disturbances;

    /// <summary>Runs all measurements, once.</summary>
    /// <param name="cancellation">Cancels at once.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        observer.WarmsUp();
        await driver.WarmUpAsync(cancellation);
        var (schedule, began) = (new ComparisonSchedule(plan), clock.GetTimestamp());
        while (schedule.Next(clock.GetElapsedTime(began), WidthOf) is { } block)
        {
            foreach (var (cell, sample) in await MeasureAsync(block, cancellation))
            {
                _samples[cell].Add(sample);
            }

            observer.Ends(block);
        }
    }

    /// <summary>How uncertain the main ratio of a load is.</summary>
    private double WidthOf(ComparisonLoad load)
    {
        var (subject, off) = (_samples[new ComparisonCell(plan.Subject, load)], _samples[new ComparisonCell(ComparedMode.Off, load)]);
        return ModeRatio.ThroughputOf(subject, off, plan.Seed, RoughResamples)?.Width ?? double.PositiveInfinity;
    }

    private async Task<List<(ComparisonCell Cell, CellSample Sample)>> MeasureAsync(ComparisonBlock block, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var measured = new List<(ComparisonCell, CellSample)>();
            var disturbance = await driver.UnderLoadAsync(block, async () =>
            {
                foreach (var (mode, round) in block.Rounds.SelectMany(round => round.Modes.Select(mode => (mode, round.Number))))
                {
                    var cell = new ComparisonCell(mode, block.Load);
                    observer.Measures(block, cell, round);
                    measured.Add((cell, await driver.MeasureAsync(cell, round, cancellation)));
                }
            }, cancellation);
            if (disturbance is null)
            {
                return measured;
            }

            var counts = tries == TriesMax;
            _disturbances.Add($"round {block.Rounds[0].Number + 1}, {block.Load.Callers} callers: {disturbance}; {(counts ? "counted anyway" : "measured again")}");
            if (counts)
            {
                return measured;
            }
        }
    }
}
