using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Invariants;

/// <summary>What nobody renews is gone at most its time to live, an election timeout and some slack later, while one node leads.</summary>
internal sealed class LeasesEnd(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>Between two looks, for a revoke that was lost and is proposed again, and for the log.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(6);

    /// <summary>A sync that a disk draws out takes a hundred times its mean, and by chance some times as long: the leader's own may be that one.</summary>
    private const int DrawnOut = 1200;

    /// <summary>Looks at what is left.</summary>
    /// <param name="quietSince">Since then nobody renews and nothing fails.</param>
    public void Look(long quietSince)
    {
        SimKernel kernel = Cluster.Kernel;
        long since = Math.Max(quietSince, Cluster.LedSince);
        foreach (LeaseTimeline.Life life in Cluster.Leases.Living)
        {
            TimeSpan disk = Cluster.Swarm.SlowSync > 0 ? TimeSpan.FromTicks(DrawnOut * Cluster.Swarm.SyncTime) : TimeSpan.Zero;
            TimeSpan longest = TimeSpan.FromSeconds(life.Ttl) + (Cluster.Swarm.Heartbeat * Cluster.Swarm.ElectionTicks) + Slack + disk;
            Require(
                kernel.Now - since <= longest.Ticks * (1 + Cluster.Swarm.Drift),
                $"still there at {kernel.Now}, though nobody renews since {quietSince} and one node leads since {Cluster.LedSince}: {life}");
        }
    }
}
