using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Carries a plan out.</summary>
internal static class ComparisonRun
{
    /// <summary>A load that is disturbed, as by an election, is measured again; after so many times it counts as it is.</summary>
    private const int TriesMax = 3;

    /// <summary>Measures everything.</summary>
    /// <param name="plan">What.</param>
    /// <param name="driver">On which cluster.</param>
    /// <param name="observer">Hears of each step.</param>
    /// <param name="cancellation">Ends it at once, without a result.</param>
    /// <returns>Samples of each cell in the order of rounds, and what was disturbed, a line each.</returns>
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
            disturbances.Add($"round {block.Round + 1}, {block.Callers} callers: {disturbance}; {(counts ? "counted all the same" : "measured again")}");
            if (counts)
            {
                return measured;
            }
        }
    }
}
