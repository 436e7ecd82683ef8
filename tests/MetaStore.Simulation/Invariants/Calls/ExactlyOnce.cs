using MetaStore.Batching.Entries;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Calls;

/// <summary>Each proposal is in the committed log at most once, and no two share an ID: responses are matched by it.</summary>
internal sealed class ExactlyOnce(SimCluster cluster) : Invariant(cluster)
{
    private readonly Dictionary<(ulong Member, ulong Id), ulong> _seen = [];
    private ulong _looked;

    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        while (_looked < Cluster.Committed.LastIndex)
        {
            Look(Cluster.Committed[++_looked]);
        }
    }

    private void Look(in Entry entry)
    {
        if (entry.Type != EntryType.Normal || entry.Data.IsEmpty)
        {
            return;
        }

        BatchReader batch = BatchCodec.Decode(entry.Data);
        for (int position = 0; position < batch.Count; position++)
        {
            (ulong Member, ulong Id) id = (batch.MemberId, batch.FirstId + (ulong)position);
            Require(_seen.TryAdd(id, entry.Index), $"proposal {id.Id} of node {id.Member} is at index {entry.Index} and at {_seen.GetValueOrDefault(id)}");
        }
    }
}
