using MetaStore.Consensus.Clusters;
using MetaStore.Consensus.Load;
using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus.Rates;

/// <summary>The same loads on all systems: each round in another order, of the systems and of the loads on each; one system runs at a time.</summary>
internal static class RateComparison
{
    private const int WarmUpInFlight = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task<string> RunAsync(ConsensusOptions options, Action<string> print)
    {
        Dictionary<(ConsensusSystem, RateLoad), List<RateFigures>> runs = [];
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var system in options.Systems.Shuffle())
            {
                using ConsensusCluster cluster = new(system, options.Directory);
                cluster.Start();
                await LoadAsync(cluster, WarmUpInFlight, RateLoad.PutBytes, WarmUp);
                foreach (var load in RateLoad.All.Shuffle())
                {
                    var figures = await MeasureAsync(cluster, load, options.Length);
                    (runs.TryGetValue((system, load), out var list) ? list : runs[(system, load)] = []).Add(figures);
                    print($"round {round}  {system,-14} {load.Name,-14} {figures.EntriesPerSecond,9:0} entries/s {figures.PutsPerSecond,9:0} puts/s "
                        + $"{figures.CpuPerPut,8:0.0} us cpu per put  p50 {figures.P50,8:0} us  p99 {figures.P99,8:0} us  refused {figures.Refused}");
                }
            }
        }

        return RateTable.Of(options.Systems, runs);
    }

    private static async Task<RateFigures> MeasureAsync(ConsensusCluster cluster, RateLoad load, TimeSpan length)
    {
        await cluster.LeaderAsync();
        var before = cluster.Cpu;
        var result = await LoadAsync(cluster, load.InFlight, load.EntryBytes, length);
        return RateFigures.Of(load, result, cluster.Cpu - before);
    }

    private static async Task<LoadResult> LoadAsync(ConsensusCluster cluster, int inFlight, int bytes, TimeSpan length)
    {
        var leader = cluster.Member(await cluster.LeaderAsync());
        return LoadResult.Parse(await leader.AskAsync($"load {inFlight} {bytes} {(int)length.TotalMilliseconds}"));
    }
}
