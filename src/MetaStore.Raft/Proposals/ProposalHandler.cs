using MetaStore.Raft.Membership;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Replication;

namespace MetaStore.Raft.Proposals;

/// <summary>Handles proposals: appends them on a leader, forwards them to the leader elsewhere.</summary>
internal sealed class ProposalHandler(RaftState state, Replicator replicator)
{
    /// <summary>Proposes an entry. The data is held, not copied.</summary>
    public ProposeOutcome Propose(EntryType type, ReadOnlyMemory<byte> data)
    {
        if (state.Role == Role.Leader)
        {
            return Lead(type, data);
        }

        if (state.Removed)
        {
            return ProposeOutcome.Removed;
        }

        if (state.Leader == 0)
        {
            return ProposeOutcome.NoLeader;
        }

        state.Outbox.Send(new Message
        {
            Type = MessageType.Propose,
            To = state.Leader,
            From = state.Id,
            Term = state.Term,
            Entries = [new Entry(0, 0, type, data)],
        });
        return ProposeOutcome.Forwarded;
    }

    /// <summary>Handles proposals that a follower forwarded. Refused ones are dropped without an answer; the proposer times out.</summary>
    public void Handle(Message message)
    {
        if (state.Role != Role.Leader)
        {
            return;
        }

        for (int i = 0; i < message.Entries.Count; i++)
        {
            Entry entry = message.Entries[i];
            if (entry.Type is not (EntryType.Normal or EntryType.ConfChange)
                || Lead(entry.Type, entry.Data) == ProposeOutcome.ConfChangeInvalid)
            {
                state.Drop(message);
            }
        }

        if (state.Tracker.Find(message.From) is { } member)
        {
            member.Forwarded = state.Log.LastIndex;
        }
    }

    private ProposeOutcome Lead(EntryType type, ReadOnlyMemory<byte> data)
    {
        if (state.Transferee != 0)
        {
            // During a transfer the target must reach the end of the log, so the log must not grow.
            return ProposeOutcome.Transferring;
        }

        if (type == EntryType.ConfChange && RefusalOf(data) is { } refusal)
        {
            return refusal;
        }

        var entry = new Entry(state.Term, state.Log.LastIndex + 1, type, data);
        if (state.UncommittedBytes > 0 && state.UncommittedBytes + entry.Size > state.Config.MaxUncommittedBytes)
        {
            return ProposeOutcome.TooMuchUncommitted;
        }

        state.UncommittedBytes += entry.Size;
        state.Log.Append(entry);
        if (type == EntryType.ConfChange)
        {
            state.PendingConfIndex = entry.Index;
        }

        replicator.WantBroadcast();
        return ProposeOutcome.Appended;
    }

    // One change at a time, and none before the leader knows everything committed before its term (Ongaro 2015; spec R13).
    private ProposeOutcome? RefusalOf(ReadOnlyMemory<byte> data)
    {
        if (!ConfChangeCodec.TryDecode(data, out ConfChange? change))
        {
            return ProposeOutcome.ConfChangeInvalid;
        }

        if (!state.CommittedInTerm || state.PendingConfIndex > state.Log.Applied)
        {
            return ProposeOutcome.ConfChangePending;
        }

        ConfState current = state.Tracker.State;
        if (ConfChanger.TryChange(current, change, out _))
        {
            return null;
        }

        return current.IsJoint && change.Steps.Length > 0 ? ProposeOutcome.ConfChangePending : ProposeOutcome.ConfChangeInvalid;
    }
}
