using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Server.Apply;

namespace MetaStore.Simulation.Nodes;

/// <summary>Between raft and the apply loop of a node incarnation: observes what passes and wakes the apply loop.</summary>
internal sealed class SimHost(SimProcess process, ApplyLoop applying) : IStateMachineHost
{
    public void OnCommitted(CommittedBatch batch)
    {
        process.Cluster.Checks.Commits(process, batch);
        applying.OnCommitted(batch);
        process.WakeApply();
    }

    public void OnSnapshotInstalled(SnapshotMetadata meta, string file)
    {
        process.Cluster.Statistics.Snapshots++;
        process.Cluster.Checks.Installs(process, meta);
        applying.OnSnapshotInstalled(meta, file);
        process.WakeApply();
    }

    public void OnLeadership(SoftState soft, ulong term)
    {
        process.Cluster.Checks.Leads(process, soft, term);
        applying.OnLeadership(soft, term);
        process.Leases?.Wake();
        if (soft.Role == Role.Leader)
        {
            process.Cluster.OnLeader(process);
        }
    }
}
