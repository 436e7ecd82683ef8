using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Elections;

/// <summary>Compares the terms of sender and receiver before a handler sees the message (thesis Fig. 3.1 "all servers").</summary>
internal sealed class TermFilter(RaftState state, RoleTransitions roles, TermReach reach)
{
    /// <summary>True when the message is to be handled: its term is the present one, or it is a pre-vote or the answer to one.</summary>
    public bool Accepts(Message message)
    {
        if (message.Term < state.Term)
        {
            AnswerOld(message);
            return false;
        }

        if (message.Term == state.Term)
        {
            return !IsDisturbance(message);
        }

        if (!reach.Includes(message.Term))
        {
            state.Report(RaftEventKind.TermRefused, message.From, message.Term);
            return false;
        }

        if (IsDisturbance(message))
        {
            return false;
        }

        // The term of a pre-vote or of its grant is hypothetical: no election has started in it.
        if (message.Type == MessageType.PreVote || (message.Type == MessageType.PreVoteResponse && !message.Reject))
        {
            return true;
        }

        roles.BecomeFollower(message.Term, IsFromLeader(message.Type) ? message.From : 0);
        return true;
    }

    private static bool IsFromLeader(MessageType type) =>
        type is MessageType.AppendEntries or MessageType.Heartbeat or MessageType.InstallSnapshot;

    // Votes are refused while the leader is active: a node that was cut off or removed cannot disturb the cluster (thesis §4.2.3).
    private bool IsDisturbance(Message message) =>
        message.Type is MessageType.RequestVote or MessageType.PreVote
        && message.Term > state.Term
        && state.Config.CheckQuorum
        && ((state.Leader != 0 && state.Clock.LeaderHeard) || state.Clock.HasJustStarted)
        && message.Context != Campaign.ForcedByTransfer;

    private void AnswerOld(Message message)
    {
        if (IsFromLeader(message.Type) && (state.Config.CheckQuorum || state.Config.PreVote))
        {
            // A leader of an old term, perhaps back from a partition. If the others refuse us votes because of leader stickiness, only a
            // higher term in an answer makes it step down. Index 0 acknowledges nothing.
            state.Outbox.Send(new Message
            {
                Type = MessageType.AppendEntriesResponse,
                To = message.From,
                From = state.Id,
                Term = state.Term,
            });
        }
        else if (message.Type == MessageType.PreVote)
        {
            // Without an answer, a node with a longer log in an older term and a node with a newer term would wait for each other.
            state.Outbox.Send(new Message
            {
                Type = MessageType.PreVoteResponse,
                To = message.From,
                From = state.Id,
                Term = state.Term,
                Reject = true,
            });
        }
    }
}
