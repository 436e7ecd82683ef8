using MetaStore.Protocol.V1;

namespace MetaStore.Bench.Knobs;

/// <summary>Each batching setting at several values, one at a time, on one running cluster under load. The values are shuffled in every round.</summary>
internal static class KnobSweep
{
    private static readonly BenchLoad[] Loads = [new("50 in flight", "put", 50), new("1000 in flight", "put", 1000)];

    /// <summary>The members run the same load all the time and are warm; only the changed setting has to settle.</summary>
    private const int WarmUpSeconds = 1;

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> report)
    {
        var cluster = ComparedSystem.MetaStore.Make();
        await using var system = new SystemUnderLoad(cluster, metaload);
        await cluster.StartAsync();
        await system.WarmUpAsync(Loads);

        var lines = new List<string> { "| knob | value | load | puts/s | p50 us | p99 us | puts per log entry |", "|---|---|---|---|---|---|---|" };
        var order = new Random(1);
        foreach (var knob in Knob.All.Where(knob => options.Only.Length == 0 || options.Only.Split(',').Contains(knob.Name)))
        {
            foreach (var load in Loads)
            {
                var runs = knob.Values.ToDictionary(value => value.Name, _ => new List<LoadFigures>());
                for (var round = 0; round < options.Rounds; round++)
                {
                    foreach (var (name, settings) in Shuffled(knob.Values, order))
                    {
                        await BatchSwitch.ToAsync(cluster, Knob.Defaults, knob.Base, settings);
                        var run = await system.RunAsync(load, options.Seconds, WarmUpSeconds);
                        runs[name].Add(run);
                        report($"{knob.Name,-18} {name,-10} {load.Name,-16} {run.Throughput,9:0}/s  p50 {run.P50,8:0} us  p99 {run.P99,8:0} us");
                    }
                }

                lines.AddRange(knob.Values.Select(value => Row(knob, value.Name, load, runs[value.Name], options.Seconds)));
            }
        }

        return string.Join('\n', lines);
    }

    private static string Row(Knob knob, string value, BenchLoad load, List<LoadFigures> runs, int seconds)
    {
        var run = runs.OrderBy(figures => figures.Throughput).ElementAt(runs.Count / 2);
        return $"| {knob.Name} | {value} | {load.Name} | {run.Throughput:0} | {run.P50:0} | {run.P99:0} | {run.CallsPerEntry(seconds):0.0} |";
    }

    private static (string Name, BatchSettings Settings)[] Shuffled(IReadOnlyList<(string Name, BatchSettings Settings)> values, Random order)
    {
        (string, BatchSettings)[] copy = [.. values];
        order.Shuffle(copy);
        return copy;
    }
}
