using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Batching;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Listening;
using MetaStore.Raft.Runtime.Wal;
using MetaStore.Raft.Runtime.Wal.Recovery;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime;

/// <summary>One running member: a mailbox in front, a thread that owns the <see cref="RaftCore"/>, and the effects behind.</summary>
/// <remarks>
/// Thread-safe. Nothing here blocks the caller. The node owns the transport from <see cref="Start"/> on and disposes it; WAL and
/// snapshot store stay the caller's and must outlive the node.
/// </remarks>
public sealed class RaftNode : IProposalSink, IPeerReceiver, IAsyncDisposable
{
    private readonly RaftNodeOptions _options;
    private readonly IPeerTransport _transport;
    private readonly ILogger _logger;
    private readonly NodeMailbox _mailbox;
    private readonly ReadIndexRounds _reads;
    private readonly SnapshotExchange _snapshots;
    private readonly RaftLoop _loop;
    private readonly PeerIntake _intake;
    private int _disposed;

    /// <summary>Makes a node from what its disk holds; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="options">Checked here.</param>
    /// <param name="wal">The open log; nobody else appends to it.</param>
    /// <param name="recovery">What it held, or what <see cref="Bootstrap.NodeBootstrap"/> made of it.</param>
    /// <param name="snapshots">Holds at least the file of the recovered marker.</param>
    /// <param name="transport">Not started yet; knows the first peers.</param>
    /// <param name="host">The apply side.</param>
    /// <param name="time">Clock for ticks and timeouts.</param>
    /// <param name="logger">Receives events; never used on the way of a write.</param>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public RaftNode(
        RaftNodeOptions options,
        WriteAheadLog wal,
        WalRecovery recovery,
        SnapshotStore snapshots,
        IPeerTransport transport,
        IStateMachineHost host,
        TimeProvider time,
        ILogger logger)
        : this(options, new NodeWal(wal), recovery, new NodeSnapshots(snapshots, options.Fatal, options.SnapshotFiles), transport, host, time, logger)
    {
    }

    internal RaftNode(
        RaftNodeOptions options,
        INodeWal wal,
        WalRecovery recovery,
        INodeSnapshots snapshots,
        IPeerTransport transport,
        IStateMachineHost host,
        TimeProvider time,
        ILogger logger)
    {
        options.Validate();
        _options = options;
        _transport = transport;
        _logger = logger;
        _mailbox = new NodeMailbox(options);
        _reads = new ReadIndexRounds(options, time, _mailbox, options.IdSource());
        _snapshots = new SnapshotExchange(snapshots, transport, host, _mailbox, Progress, options, logger);
        MemoryLog log = new(recovery.Marker ?? SnapshotMetadata.Empty, recovery.Entries);
        ReadyProcessor processor = new(options.NodeId, log, wal, transport, _mailbox, _snapshots);
        RefusedMessages refused = new(Progress, time, logger);
        _intake = new PeerIntake(options, _mailbox, refused);
        LostEntries lost = new(options, transport, Progress, time, logger);
        RaftDriver driver = new(options, recovery, log, wal, processor, _reads, _snapshots, host, Progress, refused, lost, logger);
        _loop = new RaftLoop(options, _mailbox, driver, time);
    }

    /// <summary>This member.</summary>
    public ulong NodeId => _options.NodeId;

    /// <summary>Leader, term and indexes, cheap enough for every request.</summary>
    public NodeProgress Progress { get; } = new();

    /// <summary>Hears what the core said to each batch. Set before <see cref="Start"/>.</summary>
    public IProposalFate? ProposalFate
    {
        get => _loop.Driver.Fate;
        set => _loop.Driver.Fate = value;
    }

    /// <summary>A whole picture, at most a tick old; leader, term and indexes are new.</summary>
    public RaftStatus Status => _loop.Driver.Status;

    /// <inheritdoc cref="RaftDriver.AcknowledgedBy"/>
    public AcknowledgedIndex AcknowledgedBy(ulong member) => _loop.Driver.AcknowledgedBy(member);

    /// <summary>Peer messages that went nowhere because no correct member sends such: those that the transport refused, too.</summary>
    public long RefusedMessages => Progress.RefusedMessages + _transport.RefusedMessages;

    /// <summary>Peer messages dropped because too many bytes waited for the raft thread.</summary>
    public long DroppedMessages => _mailbox.MessagesDropped;

    /// <summary>Connections to the peers.</summary>
    public IReadOnlyList<PeerStatus> Peers => _transport.Peers;

    /// <summary>Snapshots sent to the peers and received from them.</summary>
    public SnapshotCounts Snapshots => _snapshots.Counts;

    /// <summary>Rounds of readers that had to ask again because no answer came in time.</summary>
    public long SlowReadIndexes => _reads.Slow;

    /// <summary>Begins to listen, to connect and to tick.</summary>
    /// <exception cref="PeerListenException">The peer address cannot be used.</exception>
    public void Start()
    {
        _transport.Start(this);
        _loop.Start();
    }

    /// <summary>What the raft thread does.</summary>
    internal RaftDriver Driver => _loop.Driver;

    /// <summary>As <see cref="Start"/>, but without a thread: the caller then calls <see cref="Turn"/>.</summary>
    internal void StartStepped()
    {
        _transport.Start(this);
        _loop.Begin();
    }

    /// <summary>Takes all inputs that wait and the ticks that are due, and carries out what follows from them.</summary>
    /// <returns>False when the node was disposed.</returns>
    internal bool Turn() => _loop.Turn(mayWait: false);

    /// <inheritdoc/>
    /// <remarks>False also while more than <see cref="RaftNodeOptions.UnappliedEntriesMax"/> entries wait to be applied.</remarks>
    public bool TryPropose(SharedBatch batch) => Progress.Unapplied <= _options.UnappliedEntriesMax && _mailbox.TryPost(batch);

    /// <summary>Asks for an index at which a read is linearizable. Many callers share one round.</summary>
    /// <param name="cancellation">Cheapest without; readers that can be cancelled cost an allocation each.</param>
    /// <returns>Failures are values; see <see cref="ReadIndexOutcome"/>.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public ValueTask<ReadIndexResult> ReadIndexAsync(CancellationToken cancellation = default)
    {
        Task<ReadIndexResult> answer = _reads.Join();
        return new ValueTask<ReadIndexResult>(cancellation.CanBeCanceled ? answer.WaitAsync(cancellation) : answer);
    }

    /// <summary>Proposes a membership change. That it took effect is seen in <see cref="CommittedBatch.ConfChanges"/>.</summary>
    /// <param name="change">What changes.</param>
    /// <param name="inTerm">
    /// The term whose leader judged the change: it is proposed only while this node leads in that term, otherwise the outcome is
    /// <see cref="ProposeOutcome.NoLeader"/>. 0 proposes it anyhow, and passes it to the leader when this node is none.
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

    /// <summary>Asks to hand leadership to a voter. Watch <see cref="Progress"/> to see whether it happens.</summary>
    public void TransferLeader(ulong to) => _mailbox.TryPost(new NodeCommand.Transfer(to));

    /// <summary>Starts an election now, unless this node leads already.</summary>
    public void Campaign() => _mailbox.TryPost(new NodeCommand.Campaign());

    /// <summary>The host has applied everything up to <paramref name="index"/>. Cheap; wakes nobody.</summary>
    public void ReportApplied(ulong index) => Progress.ReportApplied(index);

    /// <summary>The host has written a snapshot file durably; the log may be cut behind it once its marker is durable too.</summary>
    public void SnapshotTaken(SnapshotMetadata meta) => _mailbox.TryPost(new NodeCommand.SnapshotTaken(meta));

    /// <summary>Makes a member's addresses known, or new ones. The host calls when it applies a membership change.</summary>
    public void AddPeer(ulong node, IReadOnlyList<Uri> urls) => _transport.AddPeer(node, urls);

    /// <summary>Forgets a member that was removed.</summary>
    public void RemovePeer(ulong node) => _transport.RemovePeer(node);

    /// <summary>Stops: connections first, then the raft thread. Waiting readers and proposals are told.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _transport.DisposeAsync();
        _loop.Stop();
        _logger.NodeStopped(_options.NodeId);
    }

    void IPeerReceiver.OnMessages(ReadOnlySpan<Message> messages) => _intake.Take(messages);

    void IPeerReceiver.OnUnreachable(ulong node) => _mailbox.TryPost(new NodeCommand.Unreachable(node));

    void IPeerReceiver.OnSnapshotSent(ulong node, bool delivered)
    {
        _snapshots.Counts.Observer?.OnEnded(node, outgoing: true, delivered);
        _mailbox.TryPost(new NodeCommand.SnapshotSent(node, delivered));
    }

    bool IPeerReceiver.OnSnapshot(Message install, Stream body, long length) => _snapshots.Receive(install, body, length);
}
