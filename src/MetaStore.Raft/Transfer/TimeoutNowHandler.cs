using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Transfer;

/// <summary>The leader asks this node to take over (thesis §3.10).</summary>
internal sealed class TimeoutNowHandler(RaftState state, Campaign campaign)
{
    public void Handle(Message message)
    {
        if (state.Role != Role.Follower || state.Leader != message.From)
        {
            state.Drop(message);
        }
        else if (state.Log.Matches(message.Index, message.LogTerm))
        {
            // No pre-vote: the leader itself wants the election.
            campaign.Start(CampaignKind.Transfer);
        }
    }
}
