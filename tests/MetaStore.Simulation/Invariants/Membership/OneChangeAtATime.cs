using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Simulation.Nodes;

namespace MetaStore.Simulation.Invariants.Membership;

/// <summary>
/// A leader starts a membership change only when it has committed something in its term and every earlier change is committed: two at a time, or one
/// concurrent with a forgotten one, may leave two majorities that do not overlap (Ongaro, raft-dev 2015).
/// </summary>
internal sealed class OneChangeAtATime(SimCluster cluster) : Invariant(cluster)
{
    public override void Completes(SimProcess process, WalAppend append)
    {
        NodeProgress progress = process.Node.Progress;
        if (process.Node.Leadership.Role != Role.Leader)
        {
            return;
        }

        for (int i = 0; i < append.Entries.Count; i++)
        {
            Entry entry = append.Entries[i];
            if (entry.Type == EntryType.ConfChange && entry.Term == progress.Term)
            {
                Look(process, entry.Index, progress);
            }
        }
    }

    private void Look(SimProcess process, ulong change, NodeProgress progress)
    {
        MemoryLog log = process.Node.Driver.Log;
        ulong committed = progress.Committed;
        Require(
            log.TryGetTerm(committed, out ulong term) && term == progress.Term,
            $"leader {process.Machine.Id} of term {progress.Term} begins a change at index {change}; index {committed}, its last committed one, is of term {term}");
        if (change > committed + 1 && log.TryGetEntries(committed + 1, change, long.MaxValue, out IReadOnlyList<Entry> before))
        {
            Require(
                !before.Any(entry => entry.Type == EntryType.ConfChange),
                $"leader {process.Machine.Id} begins a change at index {change} while another is not committed (commit {committed})");
        }
    }
}
