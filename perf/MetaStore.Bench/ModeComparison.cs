using MetaStore.Protocol.V1;

namespace MetaStore.Bench;

/// <summary>The batching modes of one running cluster against each other, switched between loads.</summary>
internal static class ModeComparison
{
    private static readonly (string Name, BatchSettings Settings)[] Modes =
    [
        ("off", new BatchSettings { Policy = BatchPolicy.Off }),
        ("fixed", new BatchSettings { Policy = BatchPolicy.Fixed, FlushWhenIdle = false }),
        ("dynamic classic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = false }),
        ("dynamic", new BatchSettings { Policy = BatchPolicy.Dynamic, FlushWhenIdle = true }),
    ];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> tell)
    {
        var cluster = ComparedSystem.MetaStore.Make();
        await using var system = new SystemUnderLoad(cluster, metaload);
        await cluster.StartAsync();
        await system.WarmUpAsync(BenchLoad.OfModes);

        var lines = new List<string>
        {
            "| load | mode | puts/s | against off | p50 us | against off | p99 us | puts per log entry | bytes to the disk per put, all nodes |",
            "|---|---|---|---|---|---|---|---|---|",
        };
        foreach (var load in BenchLoad.OfModes.Where(load => load.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            var runs = Modes.ToDictionary(mode => mode.Name, _ => new List<LoadFigures>());
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var (name, settings) in Modes)
                {
                    await BatchSwitch.ToAsync(cluster, settings);
                    var run = await system.RunAsync(load, options.Seconds);
                    runs[name].Add(run);
                    tell($"{load.Name,-22} {name,-16} {run.Throughput,9:0}/s  p50 {run.P50,8:0} us  p99 {run.P99,8:0} us  failed {run.Failed}");
                }
            }

            lines.AddRange(Modes.Select(mode => Row(load, mode.Name, runs[mode.Name], runs["off"], options.Seconds)));
        }

        return string.Join('\n', lines);
    }

    private static string Row(BenchLoad load, string mode, List<LoadFigures> runs, List<LoadFigures> off, int seconds)
    {
        var run = runs.OrderBy(figures => figures.Throughput).ElementAt(runs.Count / 2);
        return string.Join(" | ",
            $"| {load.Name}", mode, $"{run.Throughput:0}", $"{Ratio(runs, off, figures => figures.Throughput):0.00}", $"{run.P50:0}",
            $"{Ratio(runs, off, figures => figures.P50):0.00}", $"{run.P99:0}", $"{run.CallsPerEntry(seconds):0.0}", $"{run.DiskBytes / (run.Throughput * (seconds + 3)):0} |");
    }

    private static double Ratio(List<LoadFigures> runs, List<LoadFigures> off, Func<LoadFigures, double> pick) =>
        runs.Zip(off, (mode, without) => pick(mode) / pick(without)).Order().ElementAt(runs.Count / 2);
}
