using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Reads;
using MetaStore.Raft.Replication;
using MetaStore.Raft.Tracking;
using MetaStore.Raft.Transfer;

namespace MetaStore.Raft.Membership;

/// <summary>Applies committed membership changes, and makes a leader leave joint configurations (thesis §4.3).</summary>
internal sealed class MembershipApplier(
    RaftState state,
    RoleTransitions roles,
    Replicator replicator,
    CommitAdvancer commit,
    ReadIndexQueue reads,
    LeaderTransfer transfer,
    ProposalHandler proposals)
{
    /// <summary>Applies one change; an invalid change changes nothing, on every node alike.</summary>
    public ConfState Apply(ConfChange change)
    {
        if (ConfChanger.TryChange(state.Tracker.State, change, out ConfState next))
        {
            bool before = state.Tracker.Find(state.Id) is not null;
            SwitchTo(next);
            state.Removed |= before && state.Tracker.Find(state.Id) is null;
        }

        return state.Tracker.State;
    }

    /// <summary>Applies the configuration of a snapshot.</summary>
    public void SwitchTo(ConfState next)
    {
        state.Tracker.SwitchTo(next, state.Log.LastIndex + 1);
        state.Removed &= state.Tracker.Find(state.Id) is null;
        state.Report(RaftEventKind.ConfigurationChanged, value: state.Log.HandedToApply);
        if (state.Role != Role.Leader)
        {
            return;
        }

        if (!state.Tracker.Voters.Contains(state.Id))
        {
            // Removed, or demoted to learner. The change is committed, so the others can elect a leader without this node (thesis §4.2.2).
            roles.BecomeFollower(state.Term, 0);
            return;
        }

        // With a smaller quorum more entries may be committed already.
        commit.TryAdvance();
        reads.Confirm();
        transfer.OnMembershipChanged();
        Greet();
        LeaveJointIfDue();
    }

    /// <summary>Proposes to leave a joint configuration once everything that led into it is applied.</summary>
    public void LeaveJointIfDue()
    {
        if (state.Role == Role.Leader
            && state.Tracker.State.AutoLeave
            && state.CommittedInTerm
            && state.Log.Applied >= state.PendingConfIndex)
        {
            // Refused during a leadership transfer; proposed again at the next tick.
            proposals.Propose(EntryType.ConfChange, ConfChangeCodec.Encode(new ConfChange([], Joint: false, default)));
        }
    }

    // Probe new members at once, not only after their first heartbeat response.
    private void Greet()
    {
        foreach (Progress member in state.Tracker.Members)
        {
            if (member.NodeId != state.Id && member.State == ProgressState.Probe && !member.IsPaused)
            {
                replicator.Probe(member);
            }
        }
    }
}
