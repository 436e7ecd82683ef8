using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Simulation.Nodes;

/// <summary>Sees what the node of an incarnation passes to its apply loop, and its changes of leadership; wakes what waits for them.</summary>
internal sealed class NodeObserver
{
    private readonly SimProcess _process;

    public NodeObserver(SimProcess process, RaftNode node)
    {
        _process = process;
        node.Committed.Observer = OnCommitted;
        node.Leadership.Observer = OnLeadership;
    }

    private void OnCommitted(CommittedWork work)
    {
        switch (work)
        {
            case CommittedBatch batch:
                _process.Cluster.Checks.Commits(_process, batch);
                break;
            case SnapshotInstall install:
                _process.Cluster.Statistics.Snapshots++;
                _process.Cluster.Checks.Installs(_process, install.Metadata);
                break;
        }

        _process.WakeApply();
    }

    private void OnLeadership(SoftState soft, ulong term)
    {
        _process.Cluster.Checks.Leads(_process, soft, term);
        _process.Leases?.Wake();
        if (soft.Role == Role.Leader)
        {
            _process.Cluster.OnLeader(_process);
        }
    }
}
