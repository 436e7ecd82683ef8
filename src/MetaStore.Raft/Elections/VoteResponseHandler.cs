using MetaStore.Raft.Messages;
using MetaStore.Raft.Quorum;

namespace MetaStore.Raft.Elections;

/// <summary>Counts answers to RequestVote and PreVote (thesis §3.4).</summary>
internal sealed class VoteResponseHandler(RaftState state, RoleTransitions roles, Campaign campaign)
{
    public void Handle(Message message)
    {
        bool before = message.Type == MessageType.PreVoteResponse;
        if (message.Reject && message.Commit > 0 && state.Log.Matches(message.Commit, message.LogTerm))
        {
            // A committed entry is committed on every node, and the own log holds the same entries up to there (log matching).
            state.Log.CommitTo(message.Commit);
        }

        // Late answers to a finished election, or to one of the other kind, are ignored.
        if (state.Role != (before ? Role.PreCandidate : Role.Candidate)
            || (before && !message.Reject && message.Term != state.Term + 1))
        {
            return;
        }

        switch (state.Tracker.RecordVote(message.From, !message.Reject))
        {
            case VoteResult.Won when before:
                campaign.Start(CampaignKind.Real);
                break;
            case VoteResult.Won:
                roles.BecomeLeader();
                break;
            case VoteResult.Lost:
                roles.BecomeFollower(state.Term, 0);
                break;
            default:
                break;
        }
    }
}
