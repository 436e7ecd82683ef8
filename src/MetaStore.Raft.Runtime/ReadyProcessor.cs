using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Wal;

namespace MetaStore.Raft.Runtime;

/// <summary>Turns a <see cref="Ready"/> into effects. That nothing is promised before it is durable is decided here.</summary>
/// <remarks>
/// 1. what must be durable goes to the WAL, which works in parallel with all that follows;
/// 2. <see cref="Ready.Messages"/> leave at once: they promise nothing;
/// 3. <see cref="Ready.MessagesAfterPersist"/> leave in <see cref="OnDurable"/>, on the WAL's thread, without another hop. When nothing
///    is on its way to the disk everything handed out before is durable, and they may leave at once too;
/// 4. completions come back through the mailbox, in order, and only then the core counts this node's own copy.
/// The raft thread, except for <see cref="OnDurable"/>. Source: Raft thesis §10.2.1 (the leader writes in parallel).
/// </remarks>
internal sealed class ReadyProcessor(
    ulong nodeId, MemoryLog log, INodeWal wal, IPeerTransport transport, NodeMailbox mailbox, SnapshotExchange snapshots) : IWalCompletion
{
    /// <summary>Appends handed to the WAL whose completion has not come back through the mailbox.</summary>
    private int _outstanding;

    /// <summary>A commit index that nobody waits for: it goes along with the next write instead of waking the disk by itself.</summary>
    private HardState? _deferred;

    /// <summary>Takes steps 1 to 3.</summary>
    public void Process(Ready ready)
    {
        Persist(ready);
        SendNow(ready.Messages);
    }

    /// <summary>Step 3, on the WAL's thread: everything up to and including this append is durable.</summary>
    public void OnDurable(WalAppend append)
    {
        if (append.Source is { MessagesAfterPersist.Count: > 0 } ready)
        {
            SendDurable(ready.MessagesAfterPersist);
        }

        mailbox.Post(append);
    }

    /// <summary>The completion has come back to the raft thread.</summary>
    public void OnCompleted() => _outstanding--;

    /// <summary>Announces a snapshot of this node's own; comes back as an append with a marker and without a source.</summary>
    public void Announce(SnapshotMetadata snapshot) => Append(new WalAppend { Marker = snapshot, MustSync = true, Completion = this });

    /// <summary>Writes a commit index that has waited long enough.</summary>
    public void FlushDeferred()
    {
        if (_deferred is { } hardState)
        {
            _deferred = null;
            Append(new WalAppend { HardState = hardState, Completion = this });
        }
    }

    private void Persist(Ready ready)
    {
        _deferred = ready.HardState ?? _deferred;
        if (ready.Snapshot is { } snapshot)
        {
            // The last look before the log is given up for it: a marker without its file would be the end of this member.
            if (!snapshots.IsReceived(snapshot))
            {
                throw new InvalidOperationException($"the snapshot of index {snapshot.Index}, term {snapshot.Term} was never received");
            }

            log.Restore(snapshot);
        }

        if (ready.Entries.Count > 0)
        {
            log.Append(ready.Entries);
        }

        bool writes = ready.MustSync || ready.Entries.Count > 0 || ready.Snapshot is not null;
        if (!writes && ready.MessagesAfterPersist.Count == 0)
        {
            return;
        }

        if (!writes && _outstanding == 0)
        {
            SendDurable(ready.MessagesAfterPersist);
            return;
        }

        // Without anything to write this is a barrier: its messages leave behind all that is on its way to the disk.
        WalAppend append = new()
        {
            HardState = writes ? _deferred : null,
            Entries = ready.Entries,
            Marker = ready.Snapshot,
            MustSync = ready.MustSync,
            Source = ready,
            Completion = this,
        };
        _deferred = writes ? null : _deferred;
        Append(append);
    }

    private void Append(WalAppend append)
    {
        _outstanding++;
        wal.Append(append);
    }

    private void SendNow(IReadOnlyList<Message> messages)
    {
        if (messages.Count == 0)
        {
            return;
        }

        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Type == MessageType.InstallSnapshot)
            {
                SendWithSnapshots(messages);
                return;
            }
        }

        transport.Send(messages);
    }

    private void SendWithSnapshots(IReadOnlyList<Message> messages)
    {
        transport.Send([.. messages.Where(message => message.Type != MessageType.InstallSnapshot)]);
        foreach (Message install in messages.Where(message => message.Type == MessageType.InstallSnapshot))
        {
            snapshots.Send(install);
        }
    }

    /// <summary>Sends what promises durability. A vote for oneself does not travel.</summary>
    private void SendDurable(IReadOnlyList<Message> messages)
    {
        bool forSelf = false;
        for (int i = 0; i < messages.Count; i++)
        {
            forSelf |= messages[i].To == nodeId;
        }

        if (!forSelf)
        {
            transport.Send(messages);
            return;
        }

        mailbox.Post([.. messages.Where(message => message.To == nodeId)]);
        transport.Send([.. messages.Where(message => message.To != nodeId)]);
    }
}
