using MetaStore.Simulation.Clients;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Runs;

/// <summary>Liveness of leases and watches once all faults have ended: leases expire, watches catch up.</summary>
internal sealed class Aftermath(SimCluster cluster)
{
    private const long Patience = 120 * SimKernel.Second;

    /// <summary>No lease is renewed any more, so all must expire.</summary>
    public void AwaitExpiry()
    {
        cluster.Checks.Leases.AtRest();
        long quietSince = cluster.Kernel.Now;
        while (cluster.Leases.Living.Any())
        {
            cluster.Kernel.Run(cluster.Kernel.Now + (100 * SimKernel.Millisecond));
            cluster.Checks.LeaseEnds.Look(quietSince);
        }
    }

    /// <summary>Every client's watches must receive everything up to the current revision.</summary>
    /// <param name="leader">Finds the leader; null while there is none.</param>
    public void AwaitWatches(Func<SimMachine?> leader)
    {
        long end = cluster.Kernel.Now + Patience;
        long revision = cluster.HighestRevision;
        while (cluster.Clients.Watching.Any(client => client.KnownTo < revision))
        {
            if (cluster.Kernel.Now >= end)
            {
                throw new ViolationException("WatchesCatchUp", $"watches know of {string.Join(", ", cluster.Clients.Watching.Select(client => client.KnownTo))}, not of {revision}");
            }

            if (leader()?.Process is { } process)
            {
                foreach (WatchingClient client in cluster.Clients.Watching)
                {
                    client.Follow(process, revision);
                }
            }

            cluster.Kernel.Run(cluster.Kernel.Now + (500 * SimKernel.Millisecond));
        }
    }
}
