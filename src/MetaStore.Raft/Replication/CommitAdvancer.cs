using MetaStore.Raft.Diagnostics;

namespace MetaStore.Raft.Replication;

/// <summary>Advances a leader's commit index (thesis Fig. 3.1, leaders' last rule, and §3.6.2).</summary>
internal sealed class CommitAdvancer(RaftState state, Replicator replicator)
{
    /// <summary>More entries are durable on this node.</summary>
    public void OnPersisted()
    {
        if (state.Role == Role.Leader && state.Tracker.Find(state.Id) is { } own && own.MaybeUpdate(state.Log.Persisted))
        {
            TryAdvance();
        }
    }

    /// <summary>Commits what a quorum has made durable, if that includes an entry of this leader's own term.</summary>
    public void TryAdvance()
    {
        ulong index = state.Tracker.CommittedIndex;

        // Entries of earlier terms are never committed by counting; all entries below the no-op are of earlier terms (thesis Fig. 3.7).
        if (index < state.TermStart || index > state.Log.LastIndex)
        {
            return;
        }

        if (state.Log.CommitTo(index))
        {
            RaftAssert.That(state.Log.Matches(index, state.Term), "a leader commits an entry of its own term");
            replicator.WantBroadcast();
        }
    }
}
