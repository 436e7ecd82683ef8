using MetaStore.Simulation.Checkers;
using MetaStore.Simulation.Clients;

namespace MetaStore.Simulation.Invariants.States;

/// <summary>Every watch on every stream received the events of the committed log, in order, once, in whole revisions.</summary>
internal sealed class WatchesAreTold(SimCluster cluster) : Invariant(cluster)
{
    /// <summary>Compares with the replay of the committed log, which has kept its changes.</summary>
    public void Compare(ReferenceStore replayed)
    {
        foreach (WatchingClient client in Cluster.Clients.Watching)
        {
            foreach (WatchRecord watch in client.Records)
            {
                string? fault = watch.From > 0 ? WatchChecker.Check(watch, replayed) : null;
                Require(fault is null, fault!);
            }
        }
    }
}
