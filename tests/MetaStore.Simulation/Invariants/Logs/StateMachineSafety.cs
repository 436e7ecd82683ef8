using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Logs;

/// <summary>At one index every node applies the same entry, and each node applies all of them in order (thesis Fig. 3.2, state machine safety).</summary>
internal sealed class StateMachineSafety(SimCluster cluster) : Invariant(cluster)
{
    private readonly PerLife<ulong> _last = new();

    public override void Commits(SimProcess process, CommittedBatch batch)
    {
        ulong last = _last.TryGet(process, out ulong known) ? known : batch.FirstIndex - 1;
        foreach (Entry entry in batch.Entries)
        {
            Require(entry.Index == last + 1, $"node {process.Machine.Id} applies index {entry.Index} after {last}");
            last = entry.Index;
            Compare(process, entry);
        }

        _last.Set(process, last);
    }

    public override void Installs(SimProcess process, SnapshotMetadata snapshot)
    {
        Require(
            !_last.TryGet(process, out ulong last) || snapshot.Index > last,
            $"node {process.Machine.Id} goes back to a snapshot at {snapshot.Index} after {last}");
        _last.Set(process, snapshot.Index);
    }

    private void Compare(SimProcess process, in Entry entry)
    {
        CommittedLog log = Cluster.Committed;
        if (entry.Index > log.LastIndex)
        {
            Require(entry.Index == log.LastIndex + 1, $"index {entry.Index} is committed before {log.LastIndex + 1}");
            log.Add(entry, process.Node.Progress.Term);
            return;
        }

        Entry known = log[entry.Index];
        bool same = known.Term == entry.Term && known.Type == entry.Type && known.Data.Span.SequenceEqual(entry.Data.Span);
        Require(same, $"node {process.Machine.Id} applies another entry at index {entry.Index}: term {entry.Term}, not {known.Term}");
    }
}
