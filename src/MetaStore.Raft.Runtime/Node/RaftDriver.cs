using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Proposals;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Runtime.Node.Inbox;
using MetaStore.Raft.Runtime.Node.Stored;
using MetaStore.Raft.Runtime.Observability;
using MetaStore.Raft.Runtime.Reads;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The work of the raft thread for a burst of inputs: steps all of them, then handles Readys until there is none.</summary>
/// <remarks>Thread: one at a time. Owns no thread and never waits: <see cref="RaftLoop"/> calls it in the product, a simulator step by step.</remarks>
internal sealed class RaftDriver
{
    /// <summary>With more ticks than this at once, heartbeats in between were not sent in time, as etcd counts it.</summary>
    private const int LateTicks = 2;

    private readonly RaftNodeOptions _options;
    private readonly RaftCore _core;
    private readonly MemoryLog _log;
    private readonly IWriteAheadLog _wal;
    private readonly ReadyHandler _ready;
    private readonly ReadIndexRounds _reads;
    private readonly SnapshotTransfer _snapshots;
    private readonly EntryLoader _loader;
    private readonly CommittedQueue _committed;
    private readonly LeadershipState _leadership;
    private readonly NodeProgress _progress;
    private readonly ILogger _logger;
    private readonly RefusedMessages _refused;
    private ulong _reportedApplied;
    private bool _wantsToLead;

    public RaftDriver(
        RaftNodeOptions options,
        RaftCore core,
        MemoryLog log,
        IWriteAheadLog wal,
        ReadyHandler ready,
        ReadIndexRounds reads,
        SnapshotTransfer snapshots,
        EntryLoader loader,
        CommittedQueue committed,
        LeadershipState leadership,
        NodeProgress progress,
        RefusedMessages refused,
        ILogger logger)
    {
        _options = options;
        _log = log;
        _wal = wal;
        _ready = ready;
        _reads = reads;
        _snapshots = snapshots;
        _loader = loader;
        _committed = committed;
        _leadership = leadership;
        _progress = progress;
        _refused = refused;
        _logger = logger;
        _core = core;
        RaftStatus status = core.Status;
        _reportedApplied = log.Snapshot.Index;
        progress.SetHard(new HardState(status.Term, status.Vote, status.Commit));
        progress.SetHandedOut(log.Snapshot.Index);
        progress.ReportApplied(log.Snapshot.Index);
        progress.SetLog(log);
    }

    public RaftStatus Status => _ready.Status with
    {
        Role = _leadership.Role,
        Leader = _leadership.Leader,
        Term = _progress.Term,
        Commit = _progress.Committed,
        Applied = _progress.Applied,
        LastIndex = _progress.LastIndex,
    };

    /// <summary>The core, for checks between two iterations.</summary>
    internal RaftCore Core => _core;

    /// <summary>The log, for checks between two iterations.</summary>
    internal MemoryLog Log => _log;

    /// <summary>
    /// Index up to which this leader counts a member's log as durable, and its term; term 0 when this node does not lead. At most
    /// a tick old.
    /// </summary>
    public AcknowledgedIndex AcknowledgedBy(ulong member)
    {
        RaftStatus seen = _ready.Status;
        return seen.Role == Role.Leader && seen.Followers.FirstOrDefault(follower => follower.NodeId == member) is { } known
            ? new AcknowledgedIndex(seen.Term, known.Match)
            : default;
    }

    /// <summary>True when the next iteration is due at once: readers wait although no round runs, or entries that were held back may be handed out.</summary>
    public bool HasPendingWork => _reads.MustAdvance || (_progress.HoldsCommitted && Math.Min(_progress.Applied, _progress.HandedOut) > _reportedApplied);

    /// <summary>False while many readers share each round: see <see cref="ReadIndexRounds.IsCrowded"/>.</summary>
    public bool MayBeLent => !_reads.IsCrowded;

    /// <summary>Handles the Ready of the initial state, before any input.</summary>
    public void Start() => DrainReady();

    /// <summary>Processes one burst of inputs and the ticks that are due.</summary>
    /// <param name="inbox">Processed when this returns.</param>
    /// <param name="takeTicks">
    /// Called after the inputs, because they may contain the heartbeat that prevents a tick from starting an election.
    /// </param>
    public void RunOnce(NodeInbox inbox, Func<int> takeTicks)
    {
        Consume(inbox);
        int ticks = takeTicks();
        for (int i = 0; i < ticks; i++)
        {
            _core.Tick();
        }

        DrainReady();
        if (ticks > LateTicks && _leadership.Role == Role.Leader)
        {
            _progress.CountLateHeartbeat();
        }

        if (ticks > 0)
        {
            OnTick();
        }

        // Set before HasPendingWork reads what was applied: a report after that read wakes this thread.
        _progress.HoldsCommitted = _core.HoldsCommitted;
        _progress.CountTurn();
    }

    /// <summary>Fails all pending readers and proposals; no input is processed any more.</summary>
    /// <param name="left">Inputs that came too late.</param>
    public void Stop(NodeInbox left)
    {
        _reads.Stop();
        _loader.Stop();
        foreach (Proposal proposal in left.Proposals)
        {
            proposal.OnProposed(_core.Term, ProposeOutcome.Removed);
        }

        foreach (NodeCommand.ChangeMembership change in left.Commands.OfType<NodeCommand.ChangeMembership>())
        {
            change.Outcome.TrySetResult(ProposeOutcome.Removed);
        }
    }

    private void Consume(NodeInbox inbox)
    {
        foreach (WalAppend append in inbox.Durable)
        {
            OnDurable(append);
        }

        foreach (Message message in inbox.Messages)
        {
            // A snapshot that this node did not receive must not become a marker in its log, whatever check it passed before.
            if (message.Type == MessageType.InstallSnapshot)
            {
                _refused.Record(message, RefusedMessages.NotReceived);
                continue;
            }

            _core.Step(message);
        }

        foreach (Message install in inbox.Snapshots)
        {
            _core.Step(install);
        }

        foreach (Proposal proposal in inbox.Proposals)
        {
            proposal.OnProposed(_core.Term, _core.Propose(proposal.Data));
        }

        foreach (NodeCommand command in inbox.Commands)
        {
            Execute(command);
        }

        ulong applied = Math.Min(_progress.Applied, _progress.HandedOut);
        if (applied > _reportedApplied)
        {
            _reportedApplied = applied;
            _core.AppliedTo(applied);
        }

        if (_wantsToLead)
        {
            // The core does not campaign before committed membership changes are applied; a request that comes too early is repeated.
            _core.Campaign();
            _wantsToLead = _core.Status is { Role: Role.Follower, Leader: 0 };
        }
    }

    /// <summary>Handles Readys until there is none, and starts the next read round when the last one is answered.</summary>
    private void DrainReady()
    {
        do
        {
            while (_core.HasReady)
            {
                _ready.Handle(_core.TakeReady());
            }

            _reads.Advance(_core);
        }
        while (_core.HasReady);
        _log.Trim(_options.LogMemoryBytes, _reportedApplied);
        _loader.Start();
        _progress.SetLog(_log);
    }

    private void OnDurable(WalAppend append)
    {
        _ready.OnCompleted();
        if (append.Marker is { } marker)
        {
            OnMarkerDurable(marker, installed: append.Source is not null);
        }

        if (append.Entries.Count > 0)
        {
            Entry last = append.Entries[^1];
            _progress.OnDurable(last.Index);
            _core.Persisted(last.Index, last.Term);
        }
    }

    private void OnMarkerDurable(SnapshotMetadata snapshot, bool installed)
    {
        if (installed)
        {
            _core.SnapshotPersisted(snapshot.Index);
            _reportedApplied = Math.Max(_reportedApplied, snapshot.Index);
            _progress.SetHandedOut(snapshot.Index);
            _logger.SnapshotInstalled(_options.NodeId, snapshot.Index, snapshot.Term);
            _committed.Add(new SnapshotInstall(snapshot, _snapshots.PathOf(snapshot)));
            _wal.TruncatePrefix(snapshot.Index);
        }
        else
        {
            SnapshotMetadata before = _log.Snapshot;
            _log.SnapshotTaken(snapshot);
            ulong cut = _log.CompactionIndex(_options.CatchUpEntries, _options.CatchUpBytes);
            _log.CompactTo(cut);

            // On disk the log reaches back to the previous snapshot: if the new one is damaged later, both together replace it.
            _wal.TruncatePrefix(before.Index > 0 && _snapshots.Has(before) ? Math.Min(cut, before.Index) : cut);
            _logger.LogCompacted(_options.NodeId, snapshot.Index, _log.FirstIndex);
        }

        // Snapshots that wait to be announced or installed are kept, even if newer ones have arrived.
        _snapshots.Tidy(Math.Min(snapshot.Index, _progress.Applied + 1));
    }

    private ProposeOutcome Propose(NodeCommand.ChangeMembership change)
    {
        bool isOutdated = change.InTerm != 0 && (_core.Term != change.InTerm || _core.Status.Role != Role.Leader);
        return isOutdated ? ProposeOutcome.NoLeader : _core.Propose(change.Change);
    }

    private void Execute(NodeCommand command)
    {
        switch (command)
        {
            case NodeCommand.ChangeMembership change:
                change.Outcome.TrySetResult(Propose(change));
                break;
            case NodeCommand.Transfer transfer:
                _core.TransferLeader(transfer.To);
                break;
            case NodeCommand.Campaign:
                _wantsToLead = true;
                break;
            case NodeCommand.SnapshotTaken taken when taken.Snapshot.Index > _log.Snapshot.Index:
                _ready.Announce(taken.Snapshot);
                break;
            case NodeCommand.SnapshotSent sent:
                _core.ReportSnapshot(sent.Node, sent.Delivered);
                break;
            case NodeCommand.EntriesLoaded loaded:
                _loader.OnLoaded(loaded.Entries);
                break;
            case NodeCommand.Unreachable unreachable:
                _core.ReportUnreachable(unreachable.Node);
                break;
        }
    }

    private void OnTick()
    {
        _log.Tick();
        _ready.RefreshStatus();
        _ready.FlushDeferred();
        _reads.OnTick(_core, _leadership.Leader != 0);
        DrainReady();
    }
}
