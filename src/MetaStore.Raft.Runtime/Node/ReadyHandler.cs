using MetaStore.IO.Turns;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>Does all that a <see cref="Ready"/> demands, in this order. Ensures that nothing is acknowledged before it is durable.</summary>
/// <remarks>
/// 1. Term and commit index become visible to other threads, before any other member can learn of them: <see cref="NodeProgress.Committed"/> of a leader
///    covers all that was acknowledged to a client in its term.
/// 2. What must be durable is queued to the WAL, which works in parallel with all that follows.
/// 3. <see cref="Ready.Messages"/> are sent at once: they do not depend on the disk. <see cref="Ready.MessagesAfterPersist"/> are sent in
///    <see cref="OnDurable"/>, on the thread that wrote, without another hop. When no write is in progress, everything handed out before is durable, and
///    they may be sent at once too.
/// 4. A new leader or role becomes visible, and calls and reads that wait for it go on.
/// 5. Committed entries go to the queue of the apply thread.
/// 6. Confirmed reads are answered, and events are logged and counted.
/// 7. <see cref="Ready.Notices"/> are sent; by a thread that carries on after the turns that it has noted, since a caller waits for the entries to be applied.
/// Completions of step 2 come back through the mailbox, in order, and only then the core counts this node's own copy.
/// The raft thread, except for <see cref="OnDurable"/>. Source: Raft thesis §10.2.1 (the leader writes in parallel).
/// </remarks>
internal sealed class ReadyHandler(
    RaftCore core,
    MemoryLog log,
    IWriteAheadLog wal,
    IPeerTransport transport,
    NodeMailbox mailbox,
    SnapshotTransfer snapshots,
    CommittedDispatcher committed,
    ReadIndexRounds reads,
    LeadershipState leadership,
    NodeProgress progress,
    RaftEvents events,
    ulong nodeId) : IWalCompletion
{
    /// <summary>Appends queued to the WAL whose completion has not come back through the mailbox.</summary>
    private int _outstanding;

    /// <summary>
    /// A commit index that need not be durable soon: it is written with the next append instead of causing a write by itself.
    /// </summary>
    private HardState? _deferred;

    private readonly Action<object> _sendNotices = notices => transport.Send((IReadOnlyList<Message>)notices);

    private volatile RaftStatus _status = core.Status;

    /// <summary>The core's status at the last tick or change of leader. Any thread.</summary>
    public RaftStatus Status => _status;

    /// <summary>Runs steps 1 to 7.</summary>
    public void Handle(Ready ready)
    {
        progress.SetTransferTerm(core.TransferTerm);
        if (ready.HardState is { } hard)
        {
            progress.SetHard(hard);
        }

        Persist(ready);
        SendNow(ready.Messages);

        if (ready.SoftState is { } soft)
        {
            OnLeadership(soft);
        }

        if (ready.CommittedEntries.Count > 0)
        {
            committed.Dispatch(ready.CommittedEntries);
        }

        reads.Complete(ready.ReadStates, ready.ReadsDropped);
        events.Handle(ready.Events);
        if (ready.Notices.Count > 0 && !RunToCompletion.TryAfterwards(_sendNotices, ready.Notices))
        {
            transport.Send(ready.Notices);
        }
    }

    /// <summary>Reads the status of the core again.</summary>
    public void RefreshStatus() => _status = core.Status;

    /// <summary>The end of step 3, on the thread that wrote: everything up to and including this append is durable.</summary>
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

    // Step 4.
    private void OnLeadership(SoftState soft)
    {
        RefreshStatus();
        leadership.Set(soft, progress.Term);
        if (soft.Leader != 0)
        {
            reads.OnLeader(core);
        }
    }

    // Step 2.
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

    // Step 3.
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
