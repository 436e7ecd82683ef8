using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Server.Apply;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Proposals;
using MetaStore.Server.Leases;
using MetaStore.Server.Reads;
using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine;

namespace MetaStore.Simulation.Nodes;

/// <summary>One incarnation of a node, from its start to its end.</summary>
/// <remarks>
/// Everything on the node goes through <see cref="Schedule"/>: it does not run after the end of the incarnation, and waits while the process is
/// paused.
/// </remarks>
internal sealed class SimProcess : ISimOwner, IDisposable
{
    public const string WalFolder = "/data/wal";
    public const string SnapshotFolder = "/data/snap";
    public const ulong ClusterId = 0xC1;

    /// <summary>Larger than any request of a client here.</summary>
    public const long RequestBytesMax = 1 << 20;

    /// <summary>After this time a read is given up.</summary>
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(7);

    private readonly SimFatal _fatal = new();
    private readonly SimTurns _turns;
    private readonly NodeParts _parts;
    private long _pausedUntil;
    private bool _isWorking;

    /// <summary>Starts from the content of the disk.</summary>
    /// <exception cref="StorageException">The product rejects the disk.</exception>
    /// <exception cref="PowerCutException">The power was cut during the start.</exception>
    public SimProcess(SimCluster cluster, SimMachine machine, SimDisk disk, double rate)
    {
        Cluster = cluster;
        Machine = machine;
        Disk = disk;
        Time = new SimTime(cluster.Kernel, rate, () => machine.WallOffset, Schedule);
        Durable = new DurableState();
        Threads = new NodeSynchronization(this);
        _turns = new SimTurns(this);
        WalWriter journal = WalWriter.Open(SimSettings.Wal(machine, cluster, disk), out WalRecovery recovery);
        if (recovery.HardState.IsEmpty && recovery.Marker is null && recovery.Entries.Count == 0 && machine.IsFounder)
        {
            recovery = NodeBootstrap.Begin(recovery, cluster.Founders);
            journal.Persist([new WalAppend { HardState = recovery.HardState, Entries = recovery.Entries, MustSync = true }]);
        }

        cluster.Checks.Recovers(machine, recovery);
        Durable.Reset(recovery);
        _parts = new NodeParts(this, journal, recovery, _fatal);
        Calls = new OpenCalls(this);
        Leases = cluster.Features.HasLeases ? new SimLeases(this) : null;
        Watches = cluster.Features.HasWatches ? new SimWatches(this) : null;
    }

    public SimCluster Cluster { get; }

    public SimMachine Machine { get; }

    public SimDisk Disk { get; }

    public SimTime Time { get; }

    public DurableState Durable { get; }

    /// <summary>Runs continuations of production code.</summary>
    public NodeSynchronization Threads { get; }

    /// <summary>Leases; null in seeds without leases.</summary>
    public SimLeases? Leases { get; }

    /// <summary>Watches; null in seeds without watches.</summary>
    public SimWatches? Watches { get; }

    public ReplicatedStateMachine State => _parts.State;

    public SnapshotLogCompactor SnapshotLogCompactor => _parts.SnapshotLogCompactor;

    public ApplyLoop Applying => _parts.Applying;

    public SimWal WriteAhead => _parts.WriteAhead;

    public RaftNode Node => _parts.Node;

    public ProposalBatcher Batcher => _parts.Batcher;

    /// <summary>Sees every batch that goes to the node.</summary>
    public SimSink Sink => _parts.Sink;

    public ProposalAdmission Admission => _parts.Admission;

    /// <summary>Waiting writes, those of the node itself included.</summary>
    public ProposalCompletionPool Pending => _parts.Pending;

    public Proposer Proposer => _parts.Proposer;

    public ReadDispatcher Reads => _parts.Reads;

    /// <inheritdoc cref="NodeParts.Renewals"/>
    public RecentLeadership Renewals => _parts.Renewals;

    public LeadershipState Leadership => Node.Leadership;

    /// <summary>Writes of clients that have no outcome yet.</summary>
    public OpenCalls Calls { get; }

    public RaftCore Core => Node.Driver.Core;

    /// <summary>False once this incarnation has ended.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Nothing runs on the node before this time.</summary>
    public long PausedUntil
    {
        get => _pausedUntil;
        set
        {
            _pausedUntil = value;
            HeldUpTo = Math.Max(HeldUpTo, value);
        }
    }

    /// <summary>Something that was due before may happen as late as this: a pause that ends early does not bring forward what it put off.</summary>
    public long HeldUpTo { get; private set; }

    /// <summary>Why the process ended itself, or null.</summary>
    public SimFatal? Ended => _fatal.ExitCode is null ? null : _fatal;

    /// <summary>Starts everything.</summary>
    public void Start()
    {
        _parts.Start(this);
        _turns.Start();
        Leases?.Start();
    }

    /// <summary>Schedules an action on this incarnation, delayed while it is paused.</summary>
    public void Schedule(long delay, Action action) => Cluster.Kernel.After(delay, this, action);

    /// <summary>Runs a part of the product, and ends the incarnation when the part demands it, or when the power is cut meanwhile.</summary>
    /// <param name="work">The part.</param>
    /// <param name="failureCode">Exit code for exceptions that the product's own thread would catch here; null when it would catch none.</param>
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
            // Detected below, by the disk.
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
    public void WakeRaft() => _turns.WakeRaft();

    /// <summary>The apply thread has something to do.</summary>
    public void WakeApply() => _turns.WakeApply();

    /// <summary>Duration of the next sync.</summary>
    public long SyncTime()
    {
        long time = Cluster.Random.Exponential(Cluster.Swarm.SyncTime);
        return Machine.SlowUntil > Cluster.Kernel.Now || Cluster.Random.Chance(Cluster.Swarm.SlowSync) ? time * 100 : time;
    }

    public void Take(Message message) =>
        Schedule(0, () => Guard(() => ((IPeerReceiver)Node).OnMessages(new ReadOnlySpan<Message>(in message))));

    public void TakeSnapshot(Message install, byte[] arrived, long length, Action<bool> taken) => Schedule(0, () =>
    {
        bool isTaken = false;
        Guard(() => isTaken = ((IPeerReceiver)Node).OnSnapshot(install, new MemoryStream(arrived, writable: false), length));
        if (IsAlive)
        {
            taken(isTaken);
        }
    });

    /// <summary>Ends this incarnation. Its scheduled events never run.</summary>
    public void Dispose()
    {
        if (!IsAlive)
        {
            return;
        }

        IsAlive = false;
        _parts.Dispose();
        ValueTask ended = Node.DisposeAsync();
        if (!ended.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("a stepped node stops at once");
        }
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
}
