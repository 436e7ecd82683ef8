using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Reads;
using MetaStore.Raft.Replication;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Elections;

/// <summary>Transitions between follower, pre-candidate, candidate and leader (thesis Fig. 3.3 and §9.6), and what each resets.</summary>
internal sealed class RoleTransitions(RaftState state, Replicator replicator, ReadIndexQueue reads, ForwardedReads forwarded)
{
    /// <summary>Follows <paramref name="leader"/> (0 = unknown) in a term that is not lower than the present one.</summary>
    public void BecomeFollower(ulong term, ulong leader)
    {
        RaftAssert.Ordered(state.Term, term, "terms never fall");
        Enter(Role.Follower, term, leader);
        state.Report(RaftEventKind.BecameFollower, leader);
    }

    /// <summary>A message of the present term's leader arrived.</summary>
    public void FollowLeader(ulong leader)
    {
        if (state.Role != Role.Follower)
        {
            BecomeFollower(state.Term, leader);
        }
        else if (state.Leader != leader)
        {
            SetLeader(leader);
        }

        state.Clock.Restart();
    }

    /// <summary>Starts a pre-vote; term and vote stay.</summary>
    public void BecomePreCandidate()
    {
        Enter(Role.PreCandidate, state.Term, 0);
        state.Report(RaftEventKind.BecamePreCandidate);
    }

    /// <summary>Starts an election in the next term, and votes for itself.</summary>
    public void BecomeCandidate()
    {
        Enter(Role.Candidate, state.Term + 1, 0);
        state.Vote = state.Id;
        state.Report(RaftEventKind.BecameCandidate);
    }

    /// <summary>Becomes leader and appends the no-op; its commit shows which earlier entries are committed (thesis §6.4 step 1).</summary>
    public void BecomeLeader()
    {
        RaftAssert.That(state.Role == Role.Candidate, "only a candidate becomes leader");
        Enter(Role.Leader, state.Term, state.Id);
        ulong last = state.Log.LastIndex;
        foreach (Progress member in state.Tracker.Members)
        {
            // The leader's own match index is what its disk holds, not what its log holds.
            bool own = member.NodeId == state.Id;
            member.Reset(own ? state.Log.Persisted : 0, last + 1);
            member.RecentActive = own;
        }

        // An uncommitted membership change may be anywhere in the log: refuse new ones until all of it is applied.
        state.PendingConfIndex = last;
        state.UncommittedBytes = 0;
        state.TermStart = last + 1;
        state.Log.Append(new Entry(state.Term, last + 1, EntryType.Normal, ReadOnlyMemory<byte>.Empty));
        reads.Begin();
        replicator.WantBroadcast();
        state.Report(RaftEventKind.BecameLeader, state.Id);
    }

    private void Enter(Role role, ulong term, ulong leader)
    {
        // First, while the term is still the one in which the reads were requested.
        if (state.Role == Role.Leader)
        {
            reads.DropAll();
        }

        if (term != state.Term)
        {
            state.Term = term;
            state.Vote = 0;
        }

        state.Role = role;
        state.Transferee = 0;
        state.TermStart = 0;
        state.Tracker.ResetVotes();
        state.Clock.Reset();
        SetLeader(leader);
    }

    private void SetLeader(ulong leader)
    {
        if (state.Leader == leader)
        {
            return;
        }

        state.Leader = leader;
        forwarded.DropAll();
        state.Report(RaftEventKind.LeaderChanged, leader);
    }
}
