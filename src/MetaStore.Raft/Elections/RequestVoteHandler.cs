using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Elections;

/// <summary>Answers RequestVote and PreVote (thesis Fig. 3.1 RequestVote RPC, §9.6).</summary>
internal sealed class RequestVoteHandler(RaftState state)
{
    /// <summary>The term was checked before: a RequestVote is of the present term, a PreVote of that or a later one.</summary>
    public void Handle(Message message)
    {
        bool before = message.Type == MessageType.PreVote;
        bool free = state.Vote == message.From
            || (state.Vote == 0 && state.Leader == 0)
            || (before && message.Term > state.Term);
        bool granted = free && state.Log.IsUpToDate(message.Index, message.LogTerm);
        if (granted && !before)
        {
            state.Vote = message.From;
            state.Clock.Restart();
            state.Report(RaftEventKind.VoteGranted, message.From);
        }

        // A refusal carries this node's commit index. Without it a candidate could be rejected forever by a node that is no longer a
        // member, because it does not learn that the removal of that node is committed.
        ulong committedTerm = 0;
        bool carriesCommit = !granted && state.Log.TryGetTerm(state.Log.Committed, out committedTerm);

        // A granted pre-vote answers with the requested term, which the candidate has not entered yet either.
        state.Outbox.Send(new Message
        {
            Type = before ? MessageType.PreVoteResponse : MessageType.RequestVoteResponse,
            To = message.From,
            From = state.Id,
            Term = granted ? message.Term : state.Term,
            Reject = !granted,
            Commit = carriesCommit ? state.Log.Committed : 0,
            LogTerm = committedTerm,
        });
    }
}
