using MetaStore.Raft.Diagnostics;

namespace MetaStore.Raft.Replication;

/// <summary>Moves a leader's commit index (thesis Fig. 3.1, leaders' last rule, and §3.6.2).</summary>
internal sealed class CommitAdvancer(RaftState state, Replicator replicator)
{
    /// <summary>This node's own disk moved on.</summary>
    public void OnPersisted()
    {
        if (state.Role == Role.Leader && state.Tracker.Find(state.Id) is { } own && own.MaybeUpdate(state.Log.Persisted))
        {
            TryAdvance();
        }
    }

    /// <summary>Commits what a quorum has made durable, provided it reaches into this leader's own term.</summary>
    public void TryAdvance()
    {
        ulong index = state.Tracker.CommittedIndex;

        // Entries of earlier terms are never committed by counting; below the no-op there is nothing else (thesis Fig. 3.7).
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
