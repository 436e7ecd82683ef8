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

        // A refusal says how far the refuser's commit index is: the asker may be refused for ever by a node that is no member any more,
        // unless it learns that the change which removed that node is committed.
        ulong committedTerm = 0;
        bool tells = !granted && state.Log.TryGetTerm(state.Log.Committed, out committedTerm);

        // A pre-vote that is granted answers with the term that was asked for; the asker is not there yet either.
        state.Outbox.Send(new Message
        {
            Type = before ? MessageType.PreVoteResponse : MessageType.RequestVoteResponse,
            To = message.From,
            From = state.Id,
            Term = granted ? message.Term : state.Term,
            Reject = !granted,
            Commit = tells ? state.Log.Committed : 0,
            LogTerm = committedTerm,
        });
    }
}
