using MetaStore.Raft.Messages;
using MetaStore.Raft.Tracking;

namespace MetaStore.Raft.Replication;

/// <summary>Decides which messages a leader sends to which member (thesis §3.5, §10.2.1).</summary>
/// <remarks>
/// Handlers only mark that something may have to be sent. It is decided once, when the next Ready is made, so that many proposals
/// and responses in between cost one append per follower.
/// </remarks>
internal sealed class Replicator(RaftState state)
{
    private bool _wanted;
    private IReadOnlyList<Entry>? _slice;
    private ulong _sliceLow;

    /// <summary>The log, the commit index or a follower's window changed.</summary>
    public void WantBroadcast() => _wanted = true;

    /// <summary>Sends what the changes since the last call allow.</summary>
    public void Flush()
    {
        if (!_wanted)
        {
            return;
        }

        _wanted = false;
        if (state.Role != Role.Leader)
        {
            return;
        }

        foreach (Progress member in state.Tracker.Members)
        {
            if (member.NodeId == state.Id)
            {
                continue;
            }

            // The first append may be empty, if only to carry the commit index.
            bool sent = TrySend(member, member.CanBumpCommit(state.Log.Committed) ? Empty.AsNotice : Empty.Never);
            while (sent && member.State == ProgressState.Replicate && member.Next <= state.Log.LastIndex)
            {
                sent = TrySend(member, Empty.Never);
            }
        }

        // The log may change after this, so the list that several followers share is valid for one pass only.
        _slice = null;
    }

    /// <summary>Sends one append, even without entries, to learn the member's position.</summary>
    public void Probe(Progress member)
    {
        TrySend(member, Empty.AsProbe);
        _slice = null;
    }

    /// <summary>Sends heartbeats to all with a read round (0 = none).</summary>
    public void Heartbeat(ulong round)
    {
        foreach (Progress member in state.Tracker.Members)
        {
            if (member.NodeId == state.Id)
            {
                continue;
            }

            // At most the member's match index: it must not commit beyond the point up to which the logs are known to agree.
            state.Outbox.Send(new Message
            {
                Type = MessageType.Heartbeat,
                To = member.NodeId,
                From = state.Id,
                Term = state.Term,
                Commit = Math.Min(member.Match, state.Log.Committed),
                Context = round,
            });
        }
    }

    private bool TrySend(Progress member, Empty empty)
    {
        if (member.IsPaused)
        {
            return false;
        }

        ulong previous = member.Next - 1;
        if (!state.Log.TryGetTerm(previous, out ulong previousTerm) || !TryRead(member, out IReadOnlyList<Entry> entries))
        {
            return TrySendSnapshot(member);
        }

        if (entries.Count == 0 && empty == Empty.Never)
        {
            return false;
        }

        ulong commit = state.Log.Committed;
        Message append = new()
        {
            Type = MessageType.AppendEntries,
            To = member.NodeId,
            From = state.Id,
            Term = state.Term,
            Index = previous,
            LogTerm = previousTerm,
            Commit = commit,
            OneWay = entries.Count == 0 && empty == Empty.AsNotice,
            Entries = entries,
        };
        if (append.OneWay && member.Forwarded <= member.SentCommit)
        {
            state.Outbox.SendLast(append);
        }
        else
        {
            state.Outbox.Send(append);
        }

        member.Sent(entries.Count, SizeOf(entries), commit);
        return true;
    }

    private bool TryRead(Progress member, out IReadOnlyList<Entry> entries)
    {
        entries = [];
        ulong end = state.Log.LastIndex + 1;
        if (member.Next >= end || (member.State == ProgressState.Replicate && member.Inflights.IsFull))
        {
            return true;
        }

        // Followers at the same position share one list.
        if (_slice is not null && _sliceLow == member.Next)
        {
            entries = _slice;
            return true;
        }

        // None when they are not in memory: what is sent then is empty, and EntriesLoaded asks for another broadcast.
        if (!state.Log.TryGetEntries(member.Next, end, state.Config.MaxAppendBytes, out entries))
        {
            return false;
        }

        _slice = entries;
        _sliceLow = member.Next;
        return true;
    }

    private bool TrySendSnapshot(Progress member)
    {
        SnapshotMetadata snapshot = state.Log.Snapshot;
        if (!member.RecentActive || snapshot.Index == 0)
        {
            // Do not stream a snapshot to a node that is down; it is tried again when the node answers a heartbeat.
            return false;
        }

        member.BecomeSnapshot(snapshot.Index);
        state.Report(RaftEventKind.SnapshotNeeded, member.NodeId, snapshot.Index);
        state.Outbox.Send(new Message
        {
            Type = MessageType.InstallSnapshot,
            To = member.NodeId,
            From = state.Id,
            Term = state.Term,
            Snapshot = snapshot,
        });
        return true;
    }

    /// <summary>Whether an append without entries is sent, and what for.</summary>
    private enum Empty
    {
        Never,

        /// <summary>To carry the commit index, without an answer, which would say no more than the answers to entries and heartbeats.</summary>
        AsNotice,

        /// <summary>To learn the member's position.</summary>
        AsProbe,
    }

    private static long SizeOf(IReadOnlyList<Entry> entries)
    {
        long bytes = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            bytes += entries[i].Size;
        }

        return bytes;
    }
}
