using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Invariants.Leases;

/// <summary>A lease that is not renewed ends at most its TTL, an election timeout and some slack later, while one node leads.</summary>
internal sealed class LeasesEnd(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>For the check interval, a revoke that was lost and is proposed again, and the log.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(6);

    /// <summary>A slow sync takes a hundred times its mean, and at random several times as long: the leader's own may be that one.</summary>
    private const int DrawnOut = 1200;

    /// <summary>Checks the remaining leases.</summary>
    /// <param name="quietSince">Time since which no lease is renewed and there are no faults.</param>
    public void Look(long quietSince)
    {
        SimKernel kernel = Cluster.Kernel;
        foreach (LeaseTimeline.Life life in Cluster.Leases.Living)
        {
            TimeSpan disk = Cluster.Swarm.SlowSync > 0 ? TimeSpan.FromTicks(DrawnOut * Cluster.Swarm.SyncTime) : TimeSpan.Zero;
            TimeSpan longest = TimeSpan.FromSeconds(life.Ttl) + (Cluster.Swarm.Heartbeat * Cluster.Swarm.ElectionTicks) + Slack + disk;

            // A grant or a renewal that was sent before the clients stopped may arrive afterwards.
            long since = Math.Max(Math.Max(quietSince, Cluster.LedSince), Math.Max(life.Granted, life.Renewed));
            Require(
                kernel.Now - since <= longest.Ticks * (1 + Cluster.Swarm.Drift),
                $"still exists at {kernel.Now}, not renewed since {quietSince}, with one leader since {Cluster.LedSince}: {life}");
        }
    }
}
