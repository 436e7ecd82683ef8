using MetaStore.Engines.Memory;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime;
using MetaStore.Raft.Runtime.Batching;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Wal;
using MetaStore.Raft.Runtime.Wal.Recovery;
using MetaStore.Server.Applying;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability;
using MetaStore.Server.Reads;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Network;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Simulation.Nodes;

/// <summary>One life of a node, from its start to its end: the product's parts wired as the server wires them, stepped instead of threaded.</summary>
/// <remarks>
/// Everything that happens on the node passes through <see cref="Schedule"/>: it does not happen when the life is over, and waits while
/// the process is paused.
/// </remarks>
internal sealed class SimProcess : ISimOwner, IDisposable
{
    public const string WalFolder = "/data/wal";
    public const string SnapshotFolder = "/data/snap";
    public const ulong ClusterId = 0xC1;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(7);

    private readonly SimFatal _fatal = new();
    private readonly WalJournal _journal;
    private readonly SimTransport _transport;
    private readonly Action _turnRaft;
    private readonly Action _turnApply;
    private readonly Action _tick;
    private readonly Action _turnNode;
    private readonly Action _turnApplying;
    private bool _raftIsDue;
    private bool _applyIsDue;
    private bool _isWorking;

    /// <summary>Starts from what the disk holds.</summary>
    /// <exception cref="StorageException">The product refuses the disk.</exception>
    /// <exception cref="PowerCutException">The power went while it started.</exception>
    public SimProcess(SimCluster cluster, SimMachine machine, SimDisk disk, double rate)
    {
        Cluster = cluster;
        Machine = machine;
        Disk = disk;
        Time = new SimTime(cluster.Kernel, rate, () => machine.WallOffset, Schedule);
        Durable = new DurableState();
        (_turnRaft, _turnApply, _tick) = (TurnRaft, TurnApply, OnTick);
        (_turnNode, _turnApplying) = (() => Node!.Turn(), () => Applying!.Turn(TimeSpan.Zero));
        _journal = WalJournal.Open(SimSettings.Wal(machine, cluster, disk), out WalRecovery recovery);
        if (recovery.HardState.IsEmpty && recovery.Marker is null && recovery.Entries.Count == 0 && machine.IsFounder)
        {
            recovery = NodeBootstrap.Begin(recovery, cluster.Founders);
            _journal.Persist([new WalAppend { HardState = recovery.HardState, Entries = recovery.Entries, MustSync = true }]);
        }

        cluster.Checks.Recovers(machine, recovery);
        Durable.Reset(recovery);
        Snapshots = SnapshotStore.Open(SnapshotFolder, ClusterId, disk);
        State = new ReplicatedStateMachine(new MemoryEngine());
        recovery = Load(recovery);

        var background = new SimBackground(
            action => Schedule(cluster.Random.Exponential(cluster.Swarm.StepTime), () => Guard(action)),
            action => Schedule(cluster.Random.Exponential(cluster.Swarm.BackgroundTime), () => Guard(action)));
        var log = new ServerLog(NullLogger.Instance);
        var applied = new AppliedIndexWaiter();
        SnapshotTrigger = new SnapshotTrigger(Snapshots, cluster.Swarm.SnapshotCount, background, _fatal, log)
        {
            ConfState = recovery.Marker?.ConfState ?? ConfState.Empty,
        };
        var membership = new AppliedChanges(machine.Id, State.Members, new RemovalNotice(Timeout.InfiniteTimeSpan, Time, log));
        Applying = new ApplyLoop(State, applied, new Leadership(), SnapshotTrigger, membership, _fatal, log, TimeSpan.MaxValue, background);
        WriteAhead = new SimWal(this, _journal, TimeSpan.FromMilliseconds(100));
        _transport = new SimTransport(cluster.Network, this);
        Node = new RaftNode(
            SimSettings.Node(machine, cluster, background, _fatal), WriteAhead, recovery, new NodeSnapshots(Snapshots, _fatal), _transport,
            new SimHost(this, Applying), Time, NullLogger.Instance);
        Batcher = new ProposalBatcher(machine.Id, cluster.Swarm.Batching, new SimSink(this), Time, background, cluster.Random.NextUInt64() >> 1);
        Node.ProposalFate = new ProposalFate(Batcher);
        Reads = new ReadDispatcher(Node, applied, RequestTimeout);
    }

    public SimCluster Cluster { get; }

    public SimMachine Machine { get; }

    public SimDisk Disk { get; }

    public SimTime Time { get; }

    public DurableState Durable { get; }

    public SnapshotStore Snapshots { get; }

    public ReplicatedStateMachine State { get; }

    public SnapshotTrigger SnapshotTrigger { get; }

    public ApplyLoop Applying { get; }

    public SimWal WriteAhead { get; }

    public RaftNode Node { get; }

    public ProposalBatcher Batcher { get; }

    public ReadDispatcher Reads { get; }

    public RaftCore Core => Node.Driver.Core;

    /// <summary>False once this life is over.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Nothing happens on the node before this time.</summary>
    public long PausedUntil { get; set; }

    /// <summary>Why the process ended itself, or null.</summary>
    public SimFatal? Ended => _fatal.ExitCode is null ? null : _fatal;

    /// <summary>Sets everything going.</summary>
    public void Start()
    {
        Applying.Begin(Node, Batcher);
        Node.StartStepped();
        WakeRaft();
        Tick();
        Sweep();
    }

    /// <summary>Lets something happen on this node, in this life, and not while it is paused.</summary>
    public void Schedule(long delay, Action action) => Cluster.Kernel.After(delay, this, action);

    /// <summary>Runs a piece of the product and ends the life when it says so, or when the power goes meanwhile.</summary>
    /// <param name="work">The piece.</param>
    /// <param name="failureCode">For what the product's own thread would catch at this place; null when it would catch nothing.</param>
    public void Guard(Action work, Func<int>? failureCode = null)
    {
        if (!IsAlive)
        {
            return;
        }

        bool outer = _isWorking;
        _isWorking = true;
        try
        {
            work();
        }
        catch (PowerCutException)
        {
            // Seen below, by the disk.
        }
        catch (Exception error) when (failureCode is not null && error is not ViolationException)
        {
            _fatal.OnFatal(failureCode(), error.ToString());
        }

        _isWorking = outer;
        if (!outer && IsAlive && (Disk.IsDown || Ended is not null))
        {
            Machine.OnEnded(this);
        }
    }

    /// <summary>The raft thread has something to do.</summary>
    public void WakeRaft()
    {
        if (!_raftIsDue)
        {
            _raftIsDue = true;
            Schedule(StepDelay(), _turnRaft);
        }
    }

    /// <summary>The apply thread has something to do.</summary>
    public void WakeApply()
    {
        if (!_applyIsDue)
        {
            _applyIsDue = true;
            Schedule(StepDelay(), _turnApply);
        }
    }

    /// <summary>How long the next sync takes.</summary>
    public long SyncTime()
    {
        long time = Cluster.Random.Exponential(Cluster.Swarm.SyncTime);
        return Machine.SlowUntil > Cluster.Kernel.Now || Cluster.Random.Chance(Cluster.Swarm.SlowSync) ? time * 100 : time;
    }

    public void Take(Message message) => Schedule(0, () =>
    {
        Guard(() => ((IPeerReceiver)Node).OnMessages(new ReadOnlySpan<Message>(in message)));
        WakeRaft();
    });

    public void TakeSnapshot(Message install, byte[] arrived, long length, Action<bool> taken) => Schedule(0, () =>
    {
        bool isTaken = false;
        Guard(() => isTaken = ((IPeerReceiver)Node).OnSnapshot(install, new MemoryStream(arrived, writable: false), length));
        if (IsAlive)
        {
            taken(isTaken);
            WakeRaft();
        }
    });

    /// <summary>Ends this life. What was on its way on this node never happens.</summary>
    public void Dispose()
    {
        if (!IsAlive)
        {
            return;
        }

        IsAlive = false;
        Node.ProposalFate = null;
        ValueTask ended = Node.DisposeAsync();
        if (!ended.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("a stepped node stops at once");
        }
    }

    // As the server does.
    private WalRecovery Load(WalRecovery recovery)
    {
        if (recovery.Marker is not { Index: > 0 })
        {
            return recovery;
        }

        StartingSnapshot start = StartingSnapshot.Find(Snapshots, recovery);
        using Stream body = start.File.OpenBody();
        State.InstallCheckpoint(body, CancellationToken.None);
        ulong index = start.File.Metadata.Index;
        if (State.Reader.AppliedIndex != index)
        {
            throw new ViolationException(
                "SnapshotsAreOfTheirIndex", $"node {Machine.Id} has a snapshot of index {index} with the state of index {State.Reader.AppliedIndex}");
        }

        return start.Recovery;
    }

    void ISimOwner.Happen(Action action)
    {
        if (!IsAlive)
        {
            return;
        }

        if (Cluster.Kernel.Now < PausedUntil)
        {
            Cluster.Kernel.After(PausedUntil - Cluster.Kernel.Now, this, action);
            return;
        }

        action();
    }

    private void TurnRaft()
    {
        _raftIsDue = false;
        Guard(_turnNode, () => ExitCodes.InvariantBroken);
        if (IsAlive)
        {
            Cluster.Checks.Turned(this);
            if (Node.Driver.MustTurn)
            {
                WakeRaft();
            }
        }
    }

    private void TurnApply()
    {
        _applyIsDue = false;
        Guard(_turnApplying, () => ExitCodes.InvariantBroken);
        if (IsAlive)
        {
            Cluster.SawApplied(this);
            Cluster.Checks.Applied(this);
            if (State.HasCompactionWork)
            {
                Schedule(10 * SimKernel.Millisecond, WakeApply);
            }

            WakeRaft();
        }
    }

    private void Tick() => Schedule(Time.InTrueTime(Cluster.Swarm.Heartbeat), _tick);

    private void OnTick()
    {
        WakeRaft();
        Tick();
    }

    // The product's deadline sweeper.
    private void Sweep() => Schedule(Time.InTrueTime(TimeSpan.FromMilliseconds(500)), () =>
    {
        Guard(() => Batcher.FailOlderThan(RequestTimeout, ProposalDrop.TimedOut));
        Sweep();
    });

    private long StepDelay()
    {
        long delay = Cluster.Random.Exponential(Cluster.Swarm.StepTime);
        return Cluster.Random.Chance(Cluster.Swarm.LateStep) ? delay * 200 : delay;
    }
}
