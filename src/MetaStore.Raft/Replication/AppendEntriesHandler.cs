using MetaStore.Raft.Elections;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Replication;

/// <summary>Receives AppendEntries (thesis Fig. 3.1, receiver steps 2 to 5). Step 1, the old term, was checked before.</summary>
internal sealed class AppendEntriesHandler(RaftState state, RoleTransitions roles)
{
    public void Handle(Message message)
    {
        if (!state.AcceptsLeader(message.From))
        {
            state.Drop(message);
            return;
        }

        roles.FollowLeader(message.From);
        if (message.Index < state.Log.Committed)
        {
            // The previous entry is below the commit index, where both logs agree by definition. Answer with the commit index.
            Answer(message, state.Log.Committed);
        }
        else if (state.Log.Matches(message.Index, message.LogTerm))
        {
            Append(message);
        }
        else
        {
            Refuse(message);
        }
    }

    private void Append(Message message)
    {
        ulong last = message.Index + (ulong)message.Entries.Count;
        int from = FirstNew(message.Entries);
        if (from < message.Entries.Count)
        {
            state.Log.Replace(message.Entries, from);
        }

        // Only up to the last entry this message covers: later entries in this log may come from another leader.
        state.Log.CommitTo(Math.Min(message.Commit, last));
        Answer(message, last);
    }

    private int FirstNew(IReadOnlyList<Entry> entries)
    {
        int at = 0;
        while (at < entries.Count && state.Log.Matches(entries[at].Index, entries[at].Term))
        {
            at++;
        }

        return at;
    }

    private void Refuse(Message message)
    {
        ulong start = Math.Min(message.Index, state.Log.LastIndex);
        ulong hint = state.Log.FindConflictByTerm(start, message.LogTerm, out ulong hintTerm);
        state.Report(RaftEventKind.AppendRejected, message.From, hint);
        state.Outbox.Send(new Message
        {
            Type = MessageType.AppendEntriesResponse,
            To = message.From,
            From = state.Id,
            Term = state.Term,
            Index = message.Index,
            Reject = true,
            RejectHint = hint,
            LogTerm = hintTerm,
        });
    }

    private void Answer(Message message, ulong index)
    {
        // A commit notice asks for nothing, and what it names was acknowledged, or will be, by the answer to the append that brought it.
        if (message.OneWay && message.Entries.Count == 0)
        {
            return;
        }

        state.Outbox.Send(new Message
        {
            Type = MessageType.AppendEntriesResponse,
            To = message.From,
            From = state.Id,
            Term = state.Term,
            Index = index,
        });
    }
}
