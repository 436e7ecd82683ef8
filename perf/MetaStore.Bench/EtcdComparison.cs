using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>MetaStore and etcd in turn, on the same machine, under the same load from the same program.</summary>
internal static class EtcdComparison
{
    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> tell)
    {
        var loads = BenchLoad.AgainstEtcd.Where(load => load.Name.Contains(options.Only, StringComparison.Ordinal)).ToArray();
        var systems = new List<(string Name, Func<ProcessCluster> Make)> { ("MetaStore", () => ProcessCluster.OfMetaStore(3)) };
        if (Programs.Etcd is not null)
        {
            systems.Add(("etcd", () => ProcessCluster.OfEtcd(3)));
        }
        else
        {
            tell("etcd is not installed (apt-get install etcd-server): no ratios");
        }

        var figures = systems.ToDictionary(system => system.Name, _ => loads.ToDictionary(load => load, _ => new List<LoadFigures>()));
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (name, make) in systems)
            {
                var cluster = make();
                await using var system = new SystemUnderLoad(cluster, metaload);
                await cluster.StartAsync();
                await system.WarmUpAsync(loads);
                foreach (var load in loads)
                {
                    var run = await system.RunAsync(load, options.Seconds);
                    figures[name][load].Add(run);
                    tell($"{name,-10} {load.Name,-34} {run.Throughput,9:0}/s  p50 {run.P50,8:0} us  p99 {run.P99,8:0} us  failed {run.Failed}");
                }
            }
        }

        return Report(loads, figures);
    }

    private static string Report(BenchLoad[] loads, Dictionary<string, Dictionary<BenchLoad, List<LoadFigures>>> figures)
    {
        var both = figures.ContainsKey("etcd");
        var lines = new List<string>
        {
            "| load | MetaStore /s | etcd /s | ratio | MetaStore p50 us | etcd p50 us | ratio | MetaStore p99 us | etcd p99 us | server CPU us per call, MetaStore / etcd | client CPU us per call |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
        };
        foreach (var load in loads)
        {
            var ours = figures["MetaStore"][load];
            var theirs = both ? figures["etcd"][load] : [];
            lines.Add(string.Join(" | ",
                $"| {load.Name}",
                $"{Median(ours, run => run.Throughput):0}", Or(theirs, run => run.Throughput), Ratio(ours, theirs, run => run.Throughput),
                $"{Median(ours, run => run.P50):0}", Or(theirs, run => run.P50), Ratio(ours, theirs, run => run.P50),
                $"{Median(ours, run => run.P99):0}", Or(theirs, run => run.P99),
                $"{Median(ours, run => run.ServerCpuPerCall):0.0} / {Or(theirs, run => run.ServerCpuPerCall)}",
                $"{Median(ours, run => run.ClientCpuPerCall):0.0} |"));
        }

        return string.Join('\n', lines);
    }

    private static string Or(List<LoadFigures> runs, Func<LoadFigures, double> pick) => runs.Count == 0 ? "-" : $"{Median(runs, pick):0}";

    /// <summary>Median of the ratios round by round, so that a drift of the machine hits both sides.</summary>
    private static string Ratio(List<LoadFigures> ours, List<LoadFigures> theirs, Func<LoadFigures, double> pick)
    {
        if (theirs.Count == 0)
        {
            return "-";
        }

        var ratios = ours.Zip(theirs, (mine, other) => pick(mine) / pick(other)).Order().ToArray();
        return $"**{ratios[ratios.Length / 2]:0.00}**" + (ratios.Length > 1 ? $" ({ratios[0]:0.00} to {ratios[^1]:0.00})" : string.Empty);
    }

    private static double Median(IEnumerable<LoadFigures> runs, Func<LoadFigures, double> pick)
    {
        var sorted = runs.Select(pick).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
