using MetaStore.Batching;
using MetaStore.Batching.Admission;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Runtime.Transport;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Server.Apply;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Hosting.Ports;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.LogCompaction;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Validation;
using MetaStore.StateMachine;
using MetaStore.StateMachine.Membership;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes the stages of a write, in the order in which a write passes them.</summary>
/// <remarks>
/// 1 <see cref="KvService"/> receives the call, 2 <see cref="PutValidator"/> and its siblings check it, 3 <see cref="Proposer"/> passes it
/// through <see cref="ProposalAdmission"/> to the <see cref="ProposalBatcher"/>, 4 <see cref="RaftCore"/> (inside <see cref="RaftNode"/>)
/// appends it to the log, 5 <see cref="WriteAheadLog"/> persists it, 6 <see cref="IPeerTransport"/> replicates it, 7 <see cref="ApplyLoop"/>
/// receives it when it is committed, 8 <see cref="ReplicatedStateMachine"/> applies it, 9 <see cref="IStorageEngine"/> stores it and
/// <see cref="ProposalCompletion"/> completes the call. A renamed or removed stage breaks the build here.
/// </remarks>
internal sealed class WritePath : IDisposable
{
    private WritePath(
        RaftNode node, ProposalBatcher batcher, ProposalAdmission admission, ProposalCompletionPool pending, Proposer proposer, ApplyLoop applying)
    {
        Node = node;
        Batcher = batcher;
        Admission = admission;
        Pending = pending;
        Proposer = proposer;
        Applying = applying;
    }

    /// <summary>Stages 4 to 6.</summary>
    public RaftNode Node { get; }

    /// <summary>Stage 3.</summary>
    public ProposalBatcher Batcher { get; }

    /// <summary>Admission control in front of the batcher.</summary>
    public ProposalAdmission Admission { get; }

    /// <summary>Waiting callers.</summary>
    public ProposalCompletionPool Pending { get; }

    /// <summary>Entry point for the services.</summary>
    public Proposer Proposer { get; }

    /// <summary>Stages 7 to 9.</summary>
    public ApplyLoop Applying { get; }

    /// <summary>Who makes the calls that come to stage 3.</summary>
    public required AuthServices Auth { get; init; }

    /// <summary>Round-trip times to the peers of stage 6.</summary>
    public required PeerRoundTrips RoundTrips { get; init; }

    /// <summary>Waiting times for credits of <see cref="Admission"/>.</summary>
    public required AdmissionMetrics AdmissionMetrics { get; init; }

    /// <summary>Connections opened by peers to stage 6.</summary>
    public required PeerPortCounts PeerPort { get; init; }

    /// <summary>Creates all stages; nothing runs before <see cref="Start"/>.</summary>
    public static WritePath Compose(
        MetaStoreOptions options, NodeIdentity identity, ReservedPorts ports, PeerSecurity security, AuthFiles authFiles, NodeStorage storage, DiskSpaceMonitor disk, AppliedIndexWaiter readers, MembershipServices members,
        ResponseBudget responses, SlowApplies slow, IFatalHandler fatal, ILoggerFactory loggers, ServerLog log)
    {
        ILogCompactor compactor = storage.Machine.Engine is IDurableEngine engine
            ? new FlushLogCompactor(engine, storage.Snapshots, storage.LogStart, options.Consensus.SnapshotCount, disk.LookIfLow, fatal, log)
            : new SnapshotLogCompactor(storage.Snapshots, options.Consensus.SnapshotCount, BackgroundWork.ThreadPool, fatal, log)
            {
                MemberId = identity.MemberId,
                ConfState = storage.LogStart.ConfState,
            };
        ISnapshotFiles files = EngineSnapshotFiles.Of(storage.Machine.Engine);
        var roundTrips = new PeerRoundTrips();
        RaftNode? made = null;
        var transport = new TcpPeerTransport(
            RuntimeOptions.Transport(
                options, identity, ports, security, storage.Machine.Members, files, members.Removal.OnAnswered, member => made?.AcknowledgedBy(member) ?? default, roundTrips.Add),
            loggers.CreateLogger("MetaStore.Raft.Transport"));
        ProposalBatcher? batcher = null;
        ProposalAdmission? admission = null;
        AuthServices? auth = null;
        try
        {
            var node = new RaftNode(
                RuntimeOptions.Node(options, identity, files, OnEntriesLost), storage.Wal, storage.TakeRecovery(), storage.Snapshots, transport, TimeProvider.System,
                loggers.CreateLogger("MetaStore.Raft"));
            node.Leadership.Observer = log.OnLeadership;
            made = node;
            members.Removal.Others = () => members.Others(node);
            batcher = new ProposalBatcher(identity.MemberId, RuntimeOptions.Batching(options), node.TryPropose, TimeProvider.System)
            {
                CompressionFailed = new CompressionFaults(log, TimeProvider.System).Add,
            };
            auth = new AuthServices(options.Auth, authFiles, storage.Machine, readers, () => node.Progress.Committed, log);
            var admissionMetrics = new AdmissionMetrics();
            admission = new ProposalAdmission(RuntimeOptions.Admission(options), TimeProvider.System) { Waited = admissionMetrics.OnWaited };
            var pending = new ProposalCompletionPool(BackgroundWork.ThreadPool);
            var proposer = new Proposer(batcher, admission, pending, node.Leadership, options.Limits.MaxRequestBytes, options.Consensus.RequestTimeout,
                options.Logging.WarnRequest, node.Progress.DurableAt, TimeProvider.System)
            {
                Auth = auth.Calls,
            };
            var applying = new ApplyLoop(
                node, batcher, storage.Machine, readers, compactor, members.Applied, fatal, log, new ApplyMetrics(slow), options.Logging.WarnApply, BackgroundWork.ThreadPool, responses)
            {
                CompactionBatch = options.Upkeep.CompactionBatchLimit,
                CompactionPause = options.Upkeep.CompactionSleepInterval,
            };
            return new WritePath(node, batcher, admission, pending, proposer, applying)
            {
                RoundTrips = roundTrips,
                PeerPort = transport.Port,
                AdmissionMetrics = admissionMetrics,
                Auth = auth,
            };
        }
        catch
        {
            admission?.Dispose();
            batcher?.Dispose();
            auth?.Dispose();

            // It listens already; a node that was not started has nothing else.
            Task disposed = transport.DisposeAsync().AsTask();
            disposed.GetAwaiter().GetResult();
            throw;
        }

        void OnEntriesLost(string reason)
        {
            try
            {
                storage.CondemnLog(reason);
            }
            catch (StorageException unmarked)
            {
                // Without the mark a later start is not rejected at once; the leader detects it as it did now.
                reason = $"{reason} ({unmarked.Message})";
            }

            fatal.OnFatal(ExitCodes.WalCorrupt, reason);
        }
    }

    /// <summary>Starts the last stage first, so that no stage passes work to one that does not run.</summary>
    public void Start(NodeIdentity identity, NodeStorage storage)
    {
        foreach (MemberRecord member in identity.Members)
        {
            PeerAddresses.Add(Node, member);
        }

        // The state machine's members are newer than the configuration's.
        PeerAddresses.SetAll(Node, storage.Machine.Members);
        Applying.Start();
        Node.Start();
        if (identity.Members.Count == 1 && Node.Peers.Count == 0)
        {
            // Most likely no other member could win: waiting for the election timeout would only delay the first response. Pre-vote makes it harmless.
            Node.Campaign();
        }
    }

    /// <summary>Closes admission and the timers; the host stops node and apply loop, in its order.</summary>
    public void Dispose()
    {
        Admission.Dispose();
        Batcher.Dispose();
        Auth.Dispose();
    }
}
