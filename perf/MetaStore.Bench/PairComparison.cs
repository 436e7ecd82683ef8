namespace MetaStore.Bench;

/// <summary>Compares two systems, alternating on the same machine under the same loads; reports ratios of the first to the second.</summary>
/// <remarks>
/// They alternate every few seconds and not every few minutes: the speed of a shared machine can change by half within a quarter of an hour, so
/// figures that are compared must be measured close together.
/// </remarks>
/// <param name="ours">The system of interest.</param>
/// <param name="theirs">The baseline; null when it is not installed, and then there are no ratios.</param>
/// <param name="allLoads">Loads to select from, in order.</param>
internal sealed class PairComparison(ComparedSystem ours, ComparedSystem? theirs, IReadOnlyList<BenchLoad> allLoads)
{
    public async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var loads = allLoads.Where(load => load.Name.Contains(options.Only, StringComparison.Ordinal)).ToArray();
        ComparedSystem[] systems = theirs is null ? [ours] : [ours, theirs];
        var figures = systems.ToDictionary(system => system.Name, _ => loads.ToDictionary(load => load, _ => new List<LoadFigures>()));
        await using var running = new RunningSystems(metaload);
        foreach (var system in systems)
        {
            print($"{system.Name} starts");
            await running.StartAsync(system, loads);
        }

        foreach (var load in loads)
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var (name, _) in systems)
                {
                    var run = await running.RunAsync(name, load, options.Seconds);
                    figures[name][load].Add(run);
                    print($"{name,-10} {load.Name,-34} {run.Throughput,9:0}/s  p50 {run.P50,8:0} us  p99 {run.P99,8:0} us  failed {run.Failed}");
                }
            }
        }

        return Report(loads, figures);
    }

    private string Report(BenchLoad[] loads, Dictionary<string, Dictionary<BenchLoad, List<LoadFigures>>> figures)
    {
        var (we, they) = (ours.Name, theirs?.Name ?? "-");
        var lines = new List<string>
        {
            $"| load | {we} /s | {they} /s | ratio | {we} p50 us | {they} p50 us | ratio | {we} p99 us | {they} p99 us | {we} p99.9 us | {they} p99.9 us | server CPU us per call, {we} / {they} | client CPU us per call |",
            "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        };
        foreach (var load in loads)
        {
            var mine = figures[we][load];
            var other = theirs is null ? [] : figures[they][load];
            lines.Add(string.Join(" | ",
                $"| {load.Name}",
                $"{Median(mine, run => run.Throughput):0}", Or(other, run => run.Throughput), Ratio(mine, other, run => run.Throughput),
                $"{Median(mine, run => run.P50):0}", Or(other, run => run.P50), Ratio(mine, other, run => run.P50),
                $"{Median(mine, run => run.P99):0}", Or(other, run => run.P99),
                $"{Median(mine, run => run.P999):0}", Or(other, run => run.P999),
                $"{Median(mine, run => run.ServerCpuPerCall):0.0} / {Or(other, run => run.ServerCpuPerCall)}",
                $"{Median(mine, run => run.ClientCpuPerCall):0.0} |"));
        }

        return string.Join('\n', lines);
    }

    private static string Or(List<LoadFigures> runs, Func<LoadFigures, double> pick) => runs.Count == 0 ? "-" : $"{Median(runs, pick):0}";

    /// <summary>Median of the ratios of each round, so that drift of the machine affects both systems.</summary>
    private static string Ratio(List<LoadFigures> mine, List<LoadFigures> other, Func<LoadFigures, double> pick)
    {
        if (other.Count == 0)
        {
            return "-";
        }

        var ratios = mine.Zip(other, (first, second) => pick(first) / pick(second)).Order().ToArray();
        return $"**{ratios[ratios.Length / 2]:0.00}**" + (ratios.Length > 1 ? $" ({ratios[0]:0.00} to {ratios[^1]:0.00})" : string.Empty);
    }

    private static double Median(IEnumerable<LoadFigures> runs, Func<LoadFigures, double> pick)
    {
        var sorted = runs.Select(pick).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
