namespace MetaStore.Bench.First;

/// <summary>The first puts of a cluster that has just started, each round on new clusters in turns: MetaStore against etcd, or against another build.</summary>
/// <remarks>Nothing is warmed up: the first put counts. The load generator is a new process for both systems.</remarks>
internal static class FirstPutsComparison
{
    private const int Inflight = 1000;

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var theirs = options.Old.Length > 0 ? ComparedSystem.Before(options.Old) : ComparedSystem.Etcd;
        ComparedSystem[] systems = theirs is null ? [ComparedSystem.MetaStore] : [ComparedSystem.MetaStore, theirs];
        var load = new BenchLoad("first puts", "put", Inflight);
        var runs = systems.ToDictionary(system => system.Name, _ => new List<LoadFigures>());
        for (var round = 0; round < options.Rounds; round++)
        {
            // Each is first in every second round: the machine's speed drifts within a round too.
            foreach (var system in round % 2 == 0 ? systems : systems.Reverse())
            {
                await using var cluster = new SystemUnderLoad(system.Make(), metaload);
                await cluster.StartAsync();
                var run = await cluster.RunCallsAsync(load, options.Puts);
                runs[system.Name].Add(run);
                print($"round {round + 1}: {system.Name,-10} {run.Throughput,7:0}/s  p50 {run.P50,7:0} us  p99 {run.P99,7:0} us  members {run.ServerCpuPerCall,5:0.0} us per put  {run.Failed} failed");
            }
        }

        var ours = runs[ComparedSystem.MetaStore.Name];
        return string.Join(
            '\n',
            $"The first {options.Puts} puts after the start of three members, {Inflight} in flight, {options.Rounds} starts.",
            "",
            "| | puts/s | p50 us | p99 us | processor time of the members per put, us | puts/s to those of the other, median of the rounds (range) |",
            "|---|---|---|---|---|---|",
            Row(ComparedSystem.MetaStore.Name, ours, theirs is null ? null : runs[theirs.Name]),
            theirs is null ? string.Empty : Row(theirs.Name, runs[theirs.Name], null)).TrimEnd();
    }

    private static string Row(string name, List<LoadFigures> runs, List<LoadFigures>? others)
    {
        double[] ratios = [.. runs.Zip(others ?? [], (mine, other) => mine.Throughput / other.Throughput).Order()];
        var shown = ratios.Length == 0 ? string.Empty : $"**{ratios[ratios.Length / 2]:0.00}** ({ratios[0]:0.00} to {ratios[^1]:0.00})";
        return $"| {name} | {Median(run => run.Throughput):0} | {Median(run => run.P50):0} | {Median(run => run.P99):0} | {Median(run => run.ServerCpuPerCall):0.0} | {shown} |";

        double Median(Func<LoadFigures, double> pick)
        {
            double[] sorted = [.. runs.Select(pick).Order()];
            return sorted[sorted.Length / 2];
        }
    }
}
