using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>Carries out a <see cref="Ready"/>. Ensures that nothing is acknowledged before it is durable.</summary>
/// <remarks>
/// 1. what must be durable is queued to the WAL, which works in parallel with all that follows;
/// 2. <see cref="Ready.Messages"/> are sent at once: they do not depend on the disk;
/// 3. <see cref="Ready.MessagesAfterPersist"/> are sent in <see cref="OnDurable"/>, on the WAL's thread, without another hop. When no
///    write is in progress, everything handed out before is durable, and they may be sent at once too;
/// 4. completions come back through the mailbox, in order, and only then the core counts this node's own copy.
/// The raft thread, except for <see cref="OnDurable"/>. Source: Raft thesis §10.2.1 (the leader writes in parallel).
/// </remarks>
internal sealed class ReadyProcessor(
    ulong nodeId, MemoryLog log, IWriteAheadLog wal, IPeerTransport transport, NodeMailbox mailbox, SnapshotTransfer snapshots) : IWalCompletion
{
    /// <summary>Appends queued to the WAL whose completion has not come back through the mailbox.</summary>
    private int _outstanding;

    /// <summary>
    /// A commit index that need not be durable soon: it is written with the next append instead of causing a write by itself.
    /// </summary>
    private HardState? _deferred;

    /// <summary>Runs steps 1 to 3.</summary>
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

    /// <summary>Writes a marker for a snapshot of this node's own; completes as an append with a marker and without a source.</summary>
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
            // The last check before the log is replaced by it: a marker without its file would make this member unable to start.
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

        // Without anything to write this is a barrier: its messages are sent after all writes in progress.
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

    /// <summary>Sends messages that depend on durable state. This node's own vote is not sent.</summary>
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
