using MetaStore.Batching;
using MetaStore.Raft.Runtime.Node;

namespace MetaStore.Simulation.Nodes;

/// <summary>Between batcher and node: remembers the batches until they are applied or given up.</summary>
internal sealed class SimSink(SimProcess process, RaftNode node)
{
    private readonly List<(ProposalBatch Batch, long SentAt)> _sent = [];

    /// <summary>Batches that are neither applied nor given up, and when they were sent, oldest first.</summary>
    public IReadOnlyList<(ProposalBatch Batch, long SentAt)> Unsettled
    {
        get
        {
            _sent.RemoveAll(static sent => sent.Batch.IsSettled);
            return _sent;
        }
    }

    public bool TryPropose(ProposalBatch batch)
    {
        if (_sent.Count > 64)
        {
            _ = Unsettled;
        }

        _sent.Add((batch, process.Cluster.Kernel.Now));
        return node.TryPropose(batch);
    }
}
