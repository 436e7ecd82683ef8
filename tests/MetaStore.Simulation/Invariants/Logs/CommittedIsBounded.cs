using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>
/// A node hands out no more committed entries that are not reported as applied than configured: an apply loop that is slow bounds its queue, and the
/// rest stays in the log.
/// </summary>
internal sealed class CommittedIsBounded(SimCluster cluster) : Invariant(cluster)
{
    public override void Turned(SimProcess process) =>
        Require(
            process.Node.Committed.Entries <= Cluster.Swarm.CommittedEntries,
            $"node {process.Machine.Id} has {process.Node.Committed.Entries} entries queued to be applied, and {Cluster.Swarm.CommittedEntries} are allowed");
}
