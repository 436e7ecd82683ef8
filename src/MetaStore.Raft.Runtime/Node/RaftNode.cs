using MetaStore.IO.Turns;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Node.Stored;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Listening;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>
/// One running member: a mailbox for inputs, a thread that owns the <see cref="RaftCore"/>, and the components that carry out its
/// output.
/// </summary>
/// <remarks>
/// Thread-safe. No call blocks, but that messages of the entries' lane may be written to the log on the thread that brings them (ADR 0051). The node owns the transport from <see cref="Start"/> on and disposes it; WAL and snapshot store belong to
/// the caller and must outlive the node.
/// </remarks>
public sealed class RaftNode : IPeerReceiver, IAsyncDisposable
{
    private readonly RaftNodeOptions _options;
    private readonly IPeerTransport _transport;
    private readonly ILogger _logger;
    private readonly NodeMailbox _mailbox;
    private readonly ReadIndexRounds _reads;
    private readonly SnapshotTransfer _snapshots;
    private readonly RaftLoop _loop;
    private readonly PeerIntake _intake;
    private int _disposed;

    /// <summary>Creates a node from the recovered state; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="options">Validated here.</param>
    /// <param name="wal">The open log; only this node appends to it.</param>
    /// <param name="recovery">Its content, or the result of <see cref="NodeBootstrap"/>.</param>
    /// <param name="snapshots">Holds at least the file of the recovered marker.</param>
    /// <param name="transport">Not started yet; has the initial peers.</param>
    /// <param name="time">Clock for ticks and timeouts.</param>
    /// <param name="logger">Receives events; never used on the write path.</param>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public RaftNode(
        RaftNodeOptions options,
        WriteAheadLog wal,
        WalRecovery recovery,
        SnapshotStore snapshots,
        IPeerTransport transport,
        TimeProvider time,
        ILogger logger)
        : this(options, wal, recovery, new SnapshotSource(snapshots, options.Fatal, options.SnapshotFiles), transport, time, logger)
    {
    }

    internal RaftNode(
        RaftNodeOptions options,
        IWriteAheadLog wal,
        WalRecovery recovery,
        ISnapshotSource snapshots,
        IPeerTransport transport,
        TimeProvider time,
        ILogger logger)
    {
        options.Validate();
        _options = options;
        _transport = transport;
        _logger = logger;
        Leadership = new LeadershipState(time, options.Background);
        _mailbox = new NodeMailbox(options);
        _reads = new ReadIndexRounds(options, time, _mailbox, options.IdSource());
        _snapshots = new SnapshotTransfer(snapshots, transport, Committed, _mailbox, Progress, Leadership, options, logger);
        MemoryLog log = new(recovery.Marker ?? SnapshotMetadata.Empty, recovery.Entries);
        RaftCore core = CoreFactory.Create(options, recovery, log);
        CommittedDispatcher committed = new(core, Committed, Progress, options.SkippedEntries, logger);
        RefusedMessages refused = new(Progress, time, logger);
        _intake = new PeerIntake(options, _mailbox, refused);
        LostEntries lost = new(options, transport, Progress, time, logger);
        RaftEvents events = new(options.NodeId, refused, lost, logger);
        ReadyHandler ready = new(core, log, wal, transport, _mailbox, _snapshots, committed, _reads, Leadership, Progress, events, options.NodeId);
        EntryLoader loader = new(options, core, log, wal, _mailbox, Progress, logger);
        RaftDriver driver = new(options, core, log, wal, ready, _reads, _snapshots, loader, Committed, Leadership, Progress, refused, logger);
        _loop = new RaftLoop(options, _mailbox, driver, time);
    }

    /// <summary>This member.</summary>
    public ulong NodeId => _options.NodeId;

    /// <summary>What is to be applied: one thread of the host takes from it, in order, and calls <see cref="ReportApplied"/>. Closed when the node stops.</summary>
    public CommittedQueue Committed { get; } = new();

    /// <summary>The leader and the role of this member, cheap enough for every request.</summary>
    public LeadershipState Leadership { get; }

    /// <summary>Term and indexes, cheap enough for every request.</summary>
    public NodeProgress Progress { get; } = new();

    /// <summary>Full status, at most a tick old; leader, term and indexes are current.</summary>
    public RaftStatus Status => _loop.Driver.Status;

    /// <inheritdoc cref="RaftDriver.MayBeLent"/>
    internal bool MayBeLent => _loop.Driver.MayBeLent;

    /// <inheritdoc cref="RaftDriver.AcknowledgedBy"/>
    public AcknowledgedIndex AcknowledgedBy(ulong member) => _loop.Driver.AcknowledgedBy(member);

    /// <summary>Peer messages dropped because no correct member sends them, including those that the transport refused.</summary>
    public long RefusedMessages => Progress.RefusedMessages + _transport.RefusedMessages;

    /// <summary>Peer messages dropped because too many bytes waited for the raft thread.</summary>
    public long DroppedMessages => _mailbox.MessagesDropped;

    /// <summary>Connections to the peers.</summary>
    public IReadOnlyList<PeerStatus> Peers => _transport.Peers;

    /// <summary>Counts of snapshots sent to the peers and received from them.</summary>
    public SnapshotCounts Snapshots => _snapshots.Counts;

    /// <summary>Read rounds that were repeated because no answer came in time.</summary>
    public long SlowReadIndexes => _reads.Slow;

    /// <summary>Starts to listen, to connect and to tick.</summary>
    /// <exception cref="PeerListenException">The peer address cannot be used.</exception>
    public void Start()
    {
        _transport.Start(this);
        _loop.Start();
    }

    /// <summary>The work of the raft thread.</summary>
    internal RaftDriver Driver => _loop.Driver;

    /// <summary>As <see cref="Start"/>, but without a thread: the caller then calls <see cref="RunOnce"/>.</summary>
    /// <param name="woken">Called where the thread would be woken: there is input. Must only note it.</param>
    internal void StartStepped(Action woken)
    {
        _mailbox.Woken = woken;
        _transport.Start(this);
        _loop.StartTicking();
    }

    /// <summary>Processes all queued inputs and the ticks that are due, with their effects.</summary>
    /// <returns>False when the node was disposed.</returns>
    internal bool RunOnce() => _loop.RunOnce(mayWait: false);

    /// <summary>Proposes data for one log entry; the answer goes to <see cref="Proposal.OnProposed"/>.</summary>
    /// <returns>
    /// False when the bounded mailbox is full or more than <see cref="RaftNodeOptions.UnappliedEntriesMax"/> entries wait to be applied: the proposal is
    /// not proposed and gets no answer.
    /// </returns>
    public bool TryPropose(Proposal proposal) => Progress.Unapplied <= _options.UnappliedEntriesMax && _mailbox.TryPost(proposal);

    /// <summary>Requests an index at which a read is linearizable. Callers share rounds.</summary>
    /// <param name="cancellation">Cheapest without; readers that can be cancelled cost an allocation each.</param>
    /// <returns>Failures are values; see <see cref="ReadIndexOutcome"/>.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<ReadIndexResult> ReadIndexAsync(CancellationToken cancellation = default)
    {
        RunToCompletion.Begin(mayWaitForDisk: false);
        Task<ReadIndexResult> answer;
        try
        {
            answer = _reads.Join();
        }
        finally
        {
            RunToCompletion.End();
        }

        return new ValueTask<ReadIndexResult>(cancellation.CanBeCanceled ? answer.WaitAsync(cancellation) : answer);
    }

    /// <summary>Proposes a membership change. <see cref="CommittedBatch.ConfChanges"/> shows when it took effect.</summary>
    /// <param name="change">The change.</param>
    /// <param name="inTerm">
    /// The term whose leader validated the change: it is proposed only while this node leads in that term, otherwise the outcome is
    /// <see cref="ProposeOutcome.NoLeader"/>. 0 proposes it in any term, and forwards it to the leader when this node does not lead.
    /// </param>
    /// <param name="cancellation">Ends the wait; the change may still be proposed.</param>
    /// <returns><see cref="ProposeOutcome.Removed"/> when the node has stopped.</returns>
    public async ValueTask<ProposeOutcome> ProposeConfChangeAsync(ConfChange change, ulong inTerm = 0, CancellationToken cancellation = default)
    {
        TaskCompletionSource<ProposeOutcome> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _mailbox.TryPost(new NodeCommand.ChangeMembership(change, inTerm, outcome))
            ? await outcome.Task.WaitAsync(cancellation)
            : ProposeOutcome.Removed;
    }

    /// <summary>Starts a leadership transfer to a voter. Watch <see cref="Leadership"/> for the result.</summary>
    public void TransferLeader(ulong to) => _mailbox.TryPost(new NodeCommand.Transfer(to));

    /// <summary>Starts an election now, unless this node leads already.</summary>
    public void Campaign() => _mailbox.TryPost(new NodeCommand.Campaign());

    /// <summary>The host has applied everything up to <paramref name="index"/>. Cheap; wakes the raft thread only when it holds committed entries back.</summary>
    public void ReportApplied(ulong index)
    {
        Progress.ReportApplied(index);
        if (Progress.HoldsCommitted)
        {
            _mailbox.Wake();
        }
    }

    /// <summary>The host has written a snapshot file durably; the log may be truncated up to it once its marker is durable too.</summary>
    public void SnapshotTaken(SnapshotMetadata meta) => _mailbox.TryPost(new NodeCommand.SnapshotTaken(meta));

    /// <summary>Adds a member's addresses, or replaces them. The host calls it when it applies a membership change.</summary>
    public void AddPeer(ulong node, IReadOnlyList<Uri> urls) => _transport.AddPeer(node, urls);

    /// <summary>Removes a member.</summary>
    public void RemovePeer(ulong node) => _transport.RemovePeer(node);

    /// <summary>Stops: connections first, then the raft thread. Waiting readers and proposals fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _transport.DisposeAsync();
        _loop.Stop();
        Committed.Close();
        _logger.NodeStopped(_options.NodeId);
    }

    void IPeerReceiver.OnMessages(ReadOnlySpan<Message> messages)
    {
        // All messages of one call came over one lane.
        RunToCompletion.Begin(mayWaitForDisk: messages.Length > 0 && PeerLane.MayWaitForDisk(messages[0].Type));
        try
        {
            _intake.Take(messages);
        }
        finally
        {
            RunToCompletion.End();
        }
    }

    void IPeerReceiver.OnUnreachable(ulong node) => _mailbox.TryPost(new NodeCommand.Unreachable(node));

    void IPeerReceiver.OnSnapshotSent(ulong node, bool delivered)
    {
        _snapshots.Counts.Observer?.OnEnded(node, outgoing: true, delivered);
        _mailbox.TryPost(new NodeCommand.SnapshotSent(node, delivered));
    }

    bool IPeerReceiver.OnSnapshot(Message install, Stream body, long length) => _snapshots.Receive(install, body, length);
}
