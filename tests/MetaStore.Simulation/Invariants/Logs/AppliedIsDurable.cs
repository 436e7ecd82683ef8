using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>A node applies only what is durable on its own disk, so that no crash leaves a state ahead of its log.</summary>
internal sealed class AppliedIsDurable(SimCluster cluster) : Invariant(cluster)
{
    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        if (batch.Entries.Count > 0)
        {
            Entry last = batch.Entries[^1];
            Require(
                process.Durable.Holds(last.Index, last.Term),
                $"node {process.Machine.Id} applies index {last.Index} of term {last.Term}, durable is {process.Durable.LastIndex}");
        }
    }
}
