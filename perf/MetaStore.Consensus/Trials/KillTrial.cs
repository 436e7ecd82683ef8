using MetaStore.Consensus.Clusters;
using MetaStore.Consensus.Load;
using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus.Trials;

/// <summary>Kills all members under load and counts which acknowledged entries the survivors do not have.</summary>
/// <remarks>
/// SIGKILL does not affect the page cache: what a process had written to a file is there afterwards, synced or not. Lost is only what a
/// follower held in memory when its acknowledgement counted. A trial without loss therefore says nothing about a power cut.
/// </remarks>
internal static class KillTrial
{
    private const int InFlight = 100;
    private const int LoadMillisecondsMax = 60_000;
    private static readonly TimeSpan LoadMin = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LoadMax = TimeSpan.FromMilliseconds(900);

    public static async Task<TrialResult> RunAsync(ConsensusSystem system, TrialKind kind, string root)
    {
        using ConsensusCluster cluster = new(system, root);
        cluster.Start();
        var old = await cluster.LeaderAsync();
        await cluster.Member(old).SendAsync($"load {InFlight} {Rates.RateLoad.PutBytes} {LoadMillisecondsMax}");

        // The moment of the kill is random: no trial hits the same point of a flush.
        await Task.Delay(LoadMin + ((LoadMax - LoadMin) * Random.Shared.NextDouble()));
        await cluster.KillAllAsync(last: old);
        var acknowledged = IdFile.Read(cluster.AcknowledgedBy(old)).ToArray();

        cluster.Start(except: kind == TrialKind.Followers ? old : -1);
        var survivor = await cluster.LeaderAsync();
        return TrialResult.Of(acknowledged, IdFile.Read(cluster.AppliedBy(survivor)));
    }
}
