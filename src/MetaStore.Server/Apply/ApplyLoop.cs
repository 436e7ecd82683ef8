using System.Diagnostics;
using MetaStore.Batching;
using MetaStore.Batching.Entries;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.IO.Turns;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Node.Committed;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Server.Budgets;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Reads;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.Server.Apply;

/// <summary>The one thread that changes the state machine: applies committed entries in order, group by group (stage 7 of a write).</summary>
/// <remarks>
/// A group is everything that is queued, up to <see cref="GroupCommandsMax"/> commands. It is published once, and only then are its callers
/// answered, all by one thread-pool work item. An entry that cannot be decoded ends the process: skipping it would make replicas diverge.
/// While the thread sleeps, the one that brought a few small entries of puts may apply them, unless the engine may wait for a disk.
/// </remarks>
internal sealed class ApplyLoop : ITurnWorker
{
    /// <summary>Commands after which a group is published even if more are queued: bounds the wait of the first caller of a long group.</summary>
    private const int GroupCommandsMax = 2048;

    /// <summary>After a turn that took longer the next one is the own thread's: many watchers, for example, make even a put slow.</summary>
    private static readonly TimeSpan ShortTurn = TimeSpan.FromMilliseconds(1);

    private readonly RaftNode _node;
    private readonly ProposalBatcher _batcher;
    private readonly EntryApplier _applier;
    private readonly ReplicatedStateMachine _machine;
    private readonly AppliedIndexWaiter _readers;
    private readonly ILogCompactor _compactor;
    private readonly IFatalHandler _fatal;
    private readonly ServerLog _log;
    private readonly TimeSpan _warnAfter;
    private readonly ConfChangeWaiter _membership;
    private readonly List<ConfChange> _changed = [];
    private readonly CompletionBatchPool _answered;
    private readonly Thread _thread;
    private int _groupCommands;
    private ulong _reported;
    private ulong _term;
    private Entry? _entry;
    private long _steps;
    private bool _wasLong;
    private volatile bool _works;
    private volatile bool _failed;

    public ApplyLoop(
        RaftNode node, ProposalBatcher batcher, ReplicatedStateMachine machine, AppliedIndexWaiter readers, ILogCompactor compactor, ConfChangeWaiter membership,
        IFatalHandler fatal, ServerLog log, ApplyMetrics metrics, TimeSpan warnAfter, BackgroundWork background, ResponseBudget? responses = null)
    {
        _node = node;
        _batcher = batcher;
        _machine = machine;
        _readers = readers;
        _compactor = compactor;
        _membership = membership;
        _fatal = fatal;
        _log = log;
        _warnAfter = warnAfter;
        Metrics = metrics;
        _answered = new CompletionBatchPool(background);
        _applier = new EntryApplier(machine, batcher, _answered, metrics, responses);
        _thread = new Thread(Run) { Name = "apply", IsBackground = true };
    }

    /// <summary>Apply durations.</summary>
    public ApplyMetrics Metrics { get; }

    /// <summary>Revisions that one compaction step removes; a step follows each group of entries, and each pause while none arrives.</summary>
    public int CompactionBatch { get; init; } = ReplicatedStateMachine.CompactionStepRevisions;

    /// <summary>Pause between compaction steps while no entries arrive.</summary>
    public TimeSpan CompactionPause { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Last index applied to the state machine and published.</summary>
    public ulong Applied => _readers.Applied;

    /// <summary>Entries and other work items finished so far. Any thread.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>True while there is nothing to do, or a snapshot is being installed, which is one work item however long it takes. Any thread.</summary>
    public bool IsIdle => !_works && !_node.Committed.HasWork;

    /// <summary>Compacts the log.</summary>
    public ILogCompactor LogCompactor => _compactor;

    /// <summary>Starts the thread. What is committed meanwhile is kept for it.</summary>
    public void Start()
    {
        Begin();
        _node.Committed.Turns.Worker = this;
        _thread.Start();
    }

    /// <summary>As <see cref="Start"/>, but without a thread: the caller then calls <see cref="Turn"/>.</summary>
    internal void Begin()
    {
        _reported = _machine.AppliedIndex;
        _readers.Advance(_machine.AppliedIndex, _answered);
        _node.ReportApplied(_machine.AppliedIndex);
    }

    /// <summary>Applies and publishes everything that is queued, and runs a compaction step.</summary>
    /// <param name="patience">How long to wait when the queue is empty.</param>
    /// <returns>False when the node has stopped and the queue is empty.</returns>
    internal bool Turn(TimeSpan patience)
    {
        if (_node.Committed.Take(patience) is not { } group || _failed)
        {
            return false;
        }

        long begun = Stopwatch.GetTimestamp();
        _works = group.Count > 0;
        for (int i = 0; i < group.Count; i++)
        {
            Do(group[i]);
            CountStep();
        }

        Publish();
        _wasLong = group.Count > 0 && Stopwatch.GetElapsedTime(begun) > ShortTurn;
        if (_machine.HasCompactionWork)
        {
            long started = Stopwatch.GetTimestamp();
            bool isMore = _machine.CompactStep(CompactionBatch);
            Metrics.Compaction.OnStep(started, !isMore);
        }

        _works = false;
        return true;
    }

    /// <summary>Waits until everything that the node has queued is applied and the thread has ended; after the node was stopped.</summary>
    public void Stop()
    {
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    /// <summary>Whether another thread may apply what is queued.</summary>
    bool ITurnWorker.MayBeLent =>
        _node.Committed.IsLight && !_machine.HasCompactionWork && _machine.Engine is not IDurableEngine && !_wasLong && !_failed
        && _node.Committed.All(ShortEntry.IsShort);

    /// <summary>Applies what is queued on the thread that brought it.</summary>
    void ITurnWorker.TakeTurn() => TryTurn(TimeSpan.Zero);

    private void Run()
    {
        while (TryTurn(_machine.HasCompactionWork ? CompactionPause : Timeout.InfiniteTimeSpan))
        {
            // Each turn waits by itself.
        }
    }

    private bool TryTurn(TimeSpan patience)
    {
        try
        {
            return Turn(patience);
        }
        catch (BatchFormatException unreadable) when (unreadable.Fault == BatchFormatFault.UnknownVersion)
        {
            return Fail(ExitCodes.NewerFormat, $"entry {_entry?.Index}: {unreadable.Message}");
        }
        catch (Exception unreadable) when (unreadable is BatchFormatException or CommandFormatException)
        {
            return Fail(ExitCodes.InvariantBroken, Unreadable(unreadable.Message));
        }
        catch (EngineException damaged)
        {
            return Fail(EngineFaults.ExitCodeOf(damaged.Fault, atStart: false), damaged.Message);
        }
        catch (Exception broken)
        {
            return Fail(ExitCodes.InvariantBroken, _entry is null ? $"apply loop after index {_machine.AppliedIndex}: {broken}" : Unreadable(broken.ToString()));
        }
    }

    private bool Fail(int code, string why)
    {
        _failed = true;
        _fatal.OnFatal(code, why);
        return false;
    }

    private string Unreadable(string why) => _entry is { } entry ? UnreadableEntryException.Describe(entry, why) : why;

    private void Do(CommittedWork work)
    {
        switch (work)
        {
            case CommittedBatch committed:
                Apply(committed);
                break;
            case SnapshotInstall install:
                Publish();
                Install(install.Metadata);
                break;
            case SnapshotRequest request:
                Publish();
                request.CompleteWith(_compactor.MakeAsync(_machine, request.AcceptedFormats));
                break;
        }
    }

    private void Apply(CommittedBatch committed)
    {
        int change = 0;
        IReadOnlyList<Entry> entries = committed.Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            Entry entry = entries[i];
            _entry = entry;
            if (entry.Term > _term)
            {
                _term = entry.Term;
                _batcher.FailProposedBefore(_term);
            }

            if (entry.Type == EntryType.ConfChange)
            {
                Change(entry, committed.ConfChanges[change++]);
            }
            else
            {
                _groupCommands += _applier.Apply(entry, committed.HandedOutAt);
            }

            _entry = null;
            _compactor.Count(entry);
            CountStep();
            if (_groupCommands >= GroupCommandsMax)
            {
                Publish();
            }
        }
    }

    private void CountStep() => Volatile.Write(ref _steps, _steps + 1);

    private void Change(in Entry entry, AppliedConfChange change)
    {
        _compactor.ConfState = change.ConfState;
        if (_applier.Apply(entry, change))
        {
            foreach (ConfChangeStep step in change.Change.Steps)
            {
                _log.MembershipChanged(step.Type.ToString(), step.NodeId, entry.Index);
            }
        }

        _changed.Add(change.Change);
        PeerAddresses.Update(_node, _machine.Members, change.Change.Steps);
    }

    private void Install(SnapshotMetadata snapshot)
    {
        long started = Stopwatch.GetTimestamp();
        _works = false;
        Metrics.OnInstalling(begins: true);
        SnapshotBody body = _compactor.Install(_machine, snapshot);
        _works = true;
        Metrics.OnInstalling(begins: false);

        // The snapshot does not show whether it holds what this member proposed: the outcome is unknown.
        _batcher.FailProposedBefore(snapshot.Term + 1);
        _term = Math.Max(_term, snapshot.Term);
        PeerAddresses.SetAll(_node, _machine.Members);
        Publish();
        _membership.OnPublished([]);
        _log.SnapshotInstalled(snapshot.Index, body, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private void Publish()
    {
        ulong index = _machine.AppliedIndex;
        if (index == _reported)
        {
            return;
        }

        long started = Stopwatch.GetTimestamp();
        _machine.Publish();
        Metrics.Commits.Add(Stopwatch.GetElapsedTime(started));
        _reported = index;
        _node.ReportApplied(index);
        _readers.Advance(index, _answered);
        _answered.Dispatch();
        if (_changed.Count > 0)
        {
            _membership.OnPublished(_changed);
            _changed.Clear();
        }

        TimeSpan took = Stopwatch.GetElapsedTime(started);
        if (took > _warnAfter)
        {
            _log.SlowApply(index, _groupCommands, took.TotalMilliseconds);
        }

        _groupCommands = 0;
        _compactor.CutIfDue(_machine, _node);
    }
}
