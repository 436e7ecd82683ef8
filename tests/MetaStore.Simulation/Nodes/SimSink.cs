using MetaStore.Batching;

namespace MetaStore.Simulation.Nodes;

/// <summary>Wakes the raft thread for each proposed batch.</summary>
internal sealed class SimSink(SimProcess process) : IProposalSink
{
    public bool TryPropose(ProposalBatch batch)
    {
        bool taken = process.Node.TryPropose(batch);
        process.WakeRaft();
        return taken;
    }
}
