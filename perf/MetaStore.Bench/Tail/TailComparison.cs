namespace MetaStore.Bench.Tail;

/// <summary>Latency of puts that come at a fixed rate, half of what etcd completes at most on this machine, MetaStore against etcd in turns.</summary>
/// <remarks>An open loop: a put's latency counts from when it was due, so whatever holds up a member (a snapshot, a collection, a sync) counts for every put that was due meanwhile.</remarks>
internal static class TailComparison
{
    private const int PeakInflight = 1000;
    private const int PeakSeconds = 5;
    private const int PeakRounds = 3;

    /// <summary>Puts in flight at most; at the rate, this is far more than a second of them.</summary>
    private const int InflightMost = 10_000;

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var etcd = ComparedSystem.Etcd ?? throw new InvalidOperationException("etcd is not installed (apt-get install etcd-server): the rate is half of its peak");
        ComparedSystem[] systems = [etcd, ComparedSystem.MetaStore];
        var closed = new BenchLoad("put, closed loop", "put", PeakInflight);
        await using var running = new RunningSystems(metaload);
        foreach (var system in systems)
        {
            print($"{system.Name} starts");
            await running.StartAsync(system, [closed]);
        }

        var peak = 0.0;
        for (var round = 0; round < PeakRounds; round++)
        {
            peak = Math.Max(peak, (await running.RunAsync(etcd.Name, closed, PeakSeconds)).Throughput);
        }

        var rate = (int)(peak / 2);
        print($"etcd's peak is {peak:0} puts/s; puts come at {rate}/s");
        var open = new BenchLoad("put, open loop", "put", InflightMost, Connections: PeakInflight / 50) { More = ["--rate", $"{rate}"], MayFail = true };
        var runs = systems.ToDictionary(system => system.Name, _ => new List<LoadFigures>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var system in systems)
            {
                var run = await running.RunAsync(system.Name, open, options.Seconds);
                runs[system.Name].Add(run);
                print($"round {round + 1}: {system.Name,-10} {run.Throughput,7:0}/s  p50 {run.P50,7:0} us  p99 {run.P99,7:0} us  p99.9 {run.P999,7:0} us  {run.Failed} failed");
            }
        }

        return Table(rate, options, runs[ComparedSystem.MetaStore.Name], runs[etcd.Name]);
    }

    private static string Table(int rate, BenchOptions options, List<LoadFigures> ours, List<LoadFigures> theirs) => string.Join(
        '\n',
        $"{rate} puts/s, {options.Rounds} rounds of {options.Seconds} s for each system.",
        "",
        "| | MetaStore us (range of the rounds) | etcd us (range) | ratio, median of the rounds (range) |",
        "|---|---|---|---|",
        Row("p50", ours, theirs, run => run.P50),
        Row("p99", ours, theirs, run => run.P99),
        Row("p99.9", ours, theirs, run => run.P999),
        $"| failed | {ours.Sum(run => run.Failed)} | {theirs.Sum(run => run.Failed)} | |");

    private static string Row(string name, List<LoadFigures> ours, List<LoadFigures> theirs, Func<LoadFigures, double> pick)
    {
        double[] left = [.. ours.Select(pick).Order()];
        double[] right = [.. theirs.Select(pick).Order()];
        double[] ratios = [.. ours.Zip(theirs, (mine, other) => pick(mine) / pick(other)).Order()];
        return $"| {name} | {Shown(left, "0")} | {Shown(right, "0")} | **{ratios[ratios.Length / 2]:0.00}** ({ratios[0]:0.00} to {ratios[^1]:0.00}) |";
    }

    private static string Shown(double[] sorted, string format) =>
        $"{sorted[sorted.Length / 2].ToString(format)} ({sorted[0].ToString(format)} to {sorted[^1].ToString(format)})";
}
