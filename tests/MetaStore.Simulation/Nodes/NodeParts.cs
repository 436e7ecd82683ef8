using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Engines;
using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Server;
using MetaStore.Server.Apply;
using MetaStore.Server.Leases;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.Server.Reads;
using MetaStore.Simulation.Kernel;
using MetaStore.Simulation.Network;
using MetaStore.StateMachine;

namespace MetaStore.Simulation.Nodes;

/// <summary>The product's parts of one node incarnation, composed as in the server, stepped instead of threaded.</summary>
internal sealed class NodeParts : IDisposable
{
    private readonly AppliedIndexWaiter _applied;
    private DeadlineSweeper? _sweeper;

    /// <summary>Creates them from the result of the log's recovery.</summary>
    /// <exception cref="StorageException">The product rejects the disk.</exception>
    /// <exception cref="Disk.PowerCutException">The power was cut meanwhile.</exception>
    public NodeParts(SimProcess process, WalWriter journal, WalRecovery recovery, SimFatal fatal)
    {
        SimCluster cluster = process.Cluster;
        SimMachine machine = process.Machine;
        Snapshots = SnapshotStore.Open(SimProcess.SnapshotFolder, SimProcess.ClusterId, process.Disk);
        State = new ReplicatedStateMachine(new MemoryEngine(
            cluster.Swarm.Pages is { } pages ? new PageFolder(process.Disk, SimProcess.SnapshotFolder, pages) : null));
        recovery = Load(machine, recovery);
        PageFileDeletion.Run(State.Engine, Snapshots, new ServerLog(SimLogger.Instance));

        var background = new SimBackground(
            action => process.Schedule(cluster.Random.Exponential(cluster.Swarm.StepTime), () => process.Guard(action)),
            action => process.Schedule(cluster.Random.Exponential(cluster.Swarm.BackgroundTime), () => process.Guard(action)));
        var log = new ServerLog(SimLogger.Instance);
        _applied = new AppliedIndexWaiter(process.Time);
        SnapshotLogCompactor = new SnapshotLogCompactor(Snapshots, cluster.Swarm.SnapshotCount, background, fatal, log)
        {
            ConfState = recovery.Marker?.ConfState ?? ConfState.Empty,
        };
        var membership = new ConfChangeWaiter(machine.Id, State.Members, new SelfRemoval(Timeout.InfiniteTimeSpan, process.Time, log));
        WriteAhead = new SimWal(process, journal, TimeSpan.FromMilliseconds(100));
        Node = new RaftNode(
            SimSettings.Node(machine, cluster, background, fatal), WriteAhead, recovery, new SnapshotSource(Snapshots, fatal),
            new SimTransport(cluster.Network, process), process.Time, SimLogger.Instance);
        _ = new NodeObserver(process, Node);
        Sink = new SimSink(process, Node);
        Batcher = new ProposalBatcher(machine.Id, cluster.Swarm.Batching, Sink.TryPropose, process.Time, background, cluster.Random.NextUInt64() >> 1);
        Admission = new ProposalAdmission(cluster.Swarm.Admission, process.Time, () => 0);
        Pending = new ProposalCompletionPool(background);
        Proposer = new Proposer(
            Batcher, Admission, Pending, Node.Leadership, SimProcess.RequestBytesMax, cluster.Swarm.RequestTimeout, TimeSpan.MaxValue, Node.Progress.DurableAt, process.Time);
        Applying = new ApplyLoop(
            Node, Batcher, State, _applied, SnapshotLogCompactor, membership, fatal, log, new ApplyMetrics(new SlowApplies(SimLogger.Instance, TimeSpan.MaxValue)),
            TimeSpan.MaxValue, background);
        Reads = new ReadDispatcher(Node, _applied, SimProcess.ReadTimeout, process.Time);
        Renewals = new RecentLeadership(Node, Reads, _applied, RecentLeadership.ValidFor(cluster.Swarm.Heartbeat), SimProcess.ReadTimeout, process.Time);
    }

    public SnapshotStore Snapshots { get; }

    public ReplicatedStateMachine State { get; }

    public SnapshotLogCompactor SnapshotLogCompactor { get; }

    public ApplyLoop Applying { get; }

    public SimWal WriteAhead { get; }

    public RaftNode Node { get; }

    public ProposalBatcher Batcher { get; }

    /// <summary>Sees every batch that goes to the node.</summary>
    public SimSink Sink { get; }

    public ProposalAdmission Admission { get; }

    /// <summary>Waiting writes.</summary>
    public ProposalCompletionPool Pending { get; }

    public Proposer Proposer { get; }

    public ReadDispatcher Reads { get; }

    /// <summary>Confirms renewals of leases.</summary>
    public RecentLeadership Renewals { get; }

    /// <summary>Starts everything, the last stage first, as the server does.</summary>
    public void Start(SimProcess process)
    {
        Applying.Begin();
        Node.StartStepped(process.WakeRaft);
        var cause = new TimeoutDiagnosis(Node, Node.Leadership, process.Cluster.Swarm.Heartbeat * process.Cluster.Swarm.ElectionTicks, process.Time);
        _sweeper = new DeadlineSweeper(Pending, _applied, Batcher, cause, process.Cluster.Swarm.RequestTimeout, process.Time, SimLogger.Instance);
    }

    /// <inheritdoc/>
    public void Dispose() => _sweeper?.Dispose();

    // As in the server.
    private WalRecovery Load(SimMachine machine, WalRecovery recovery)
    {
        if (recovery.Marker is not { Index: > 0 })
        {
            return recovery;
        }

        StartingSnapshot start = StartingSnapshot.Find(Snapshots, recovery);
        try
        {
            SnapshotInstallation.Run(State, start.File);
        }
        catch (EngineException refused)
        {
            throw new StorageException(EngineFaults.ExitCodeOf(refused.Fault, atStart: true), refused.Message, refused);
        }

        ulong index = start.File.Metadata.Index;
        if (State.Reader.AppliedIndex != index)
        {
            throw new ViolationException(
                "SnapshotsAreOfTheirIndex", $"node {machine.Id} has a snapshot of index {index} with the state of index {State.Reader.AppliedIndex}");
        }

        return start.Recovery;
    }
}
