using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Invariants;

/// <summary>What nobody renews is gone at most its time to live, an election timeout and some slack later, while one node leads.</summary>
internal sealed class LeasesEnd(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>Between two looks, for a revoke that was lost and is proposed again, and for the log.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(6);

    /// <summary>Looks at what is left.</summary>
    /// <param name="quietSince">Since then nobody renews and nothing fails.</param>
    public void Look(long quietSince)
    {
        SimKernel kernel = Cluster.Kernel;
        long since = Math.Max(quietSince, Cluster.LedSince);
        foreach (LeaseTimeline.Life life in Cluster.Leases.Living)
        {
            TimeSpan longest = TimeSpan.FromSeconds(life.Ttl) + (Cluster.Swarm.Heartbeat * Cluster.Swarm.ElectionTicks) + Slack;
            Require(
                kernel.Now - since <= longest.Ticks * (1 + Cluster.Swarm.Drift),
                $"still there at {kernel.Now}, though nobody renews since {quietSince} and one node leads since {Cluster.LedSince}: {life}");
        }
    }
}
