using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Executes a plan.</summary>
internal static class ComparisonRun
{
    /// <summary>A load that is disturbed, for example by an election, is repeated; after this many attempts it counts anyway.</summary>
    private const int TriesMax = 3;

    /// <summary>Runs all measurements.</summary>
    /// <param name="plan">What is measured.</param>
    /// <param name="driver">Drives the cluster.</param>
    /// <param name="observer">Notified of each step.</param>
    /// <param name="cancellation">Cancels at once, without a result.</param>
    /// <returns>Samples of each cell in the order of rounds, and the disturbances, one line each.</returns>
    public static async Task<(IReadOnlyDictionary<ComparisonCell, IReadOnlyList<CellSample>> Samples, IReadOnlyList<string> Disturbances)> RunAsync(
        ComparisonPlan plan, ICellDriver driver, IRunObserver observer, CancellationToken cancellation)
    {
        var samples = plan.Cells.ToDictionary(cell => cell, _ => new List<CellSample>());
        var disturbances = new List<string>();
        observer.WarmsUp();
        await driver.WarmUpAsync(cancellation);
        foreach (var block in plan.Blocks())
        {
            var measured = await MeasureAsync(block, driver, observer, disturbances, cancellation);
            foreach (var (cell, sample) in measured)
            {
                samples[cell].Add(sample);
            }

            observer.Ends(block);
        }

        return (samples.Where(cell => cell.Value.Count > 0).ToDictionary(cell => cell.Key, cell => (IReadOnlyList<CellSample>)cell.Value), disturbances);
    }

    private static async Task<List<(ComparisonCell Cell, CellSample Sample)>> MeasureAsync(
        ComparisonBlock block, ICellDriver driver, IRunObserver observer, List<string> disturbances, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var measured = new List<(ComparisonCell, CellSample)>();
            await driver.BeginAsync(block, cancellation);
            foreach (var mode in block.Modes)
            {
                var cell = new ComparisonCell(mode, block.Callers, block.ValueBytes);
                observer.Measures(cell, block.Round);
                measured.Add((cell, await driver.MeasureAsync(cell, block.Round, cancellation)));
            }

            if (await driver.EndAsync(cancellation) is not { } disturbance)
            {
                return measured;
            }

            var counts = tries == TriesMax;
            disturbances.Add($"round {block.Round + 1}, {block.Callers} callers: {disturbance}; {(counts ? "counted anyway" : "measured again")}");
            if (counts)
            {
                return measured;
            }
        }
    }
}
