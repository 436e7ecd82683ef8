using System.Net;
using Grpc.Core;
using MetaStore.Batching.Admission.Queueing;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Dashboard;
using MetaStore.Server.Forwarding;
using MetaStore.Server.Gateway;
using MetaStore.Server.Hosting.Composition;
using MetaStore.Server.Hosting.Descriptors;
using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Server.Hosting.Ports;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.InProcess;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability;
using MetaStore.Server.Observability.Health;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Observability.Traces;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Concurrency;
using MetaStore.Server.Services.Mapping;
using MetaStore.Server.Services.Operations;
using MetaStore.Server.Services.Slow;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting;

/// <summary>One node: starts its parts in order and stops them in reverse.</summary>
/// <remarks>
/// Start: ports, identity, storage, write path, read path, services, apply thread, raft, client port. Stop: reject new calls, transfer leadership,
/// send buffered proposals and let them finish, close the client port, raft, apply thread, log.
/// </remarks>
internal sealed class MetaStoreHost : IAsyncDisposable
{
    /// <summary>The last line that a removed member prints.</summary>
    public const string RemovedText =
        "this member was removed from its cluster and cannot rejoin; to use this machine again, empty --data-dir and add a new member";

    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    private readonly MetaStoreOptions _options;
    private readonly ServerLog _log;
    private readonly LeadershipState _leadership;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HeapTrim _trim;
    private readonly NodeIdentity _identity;
    private readonly NodeStorage _storage;
    private readonly TlsPort? _tls;
    private readonly PeerPort _peers;
    private readonly MembershipServices _members;
    private readonly WritePath _write;
    private readonly LeaseServices _leases;
    private readonly WatchServices _watches;
    private readonly MaintenanceServices _upkeep;
    private readonly DeadlineSweeper _sweeper;
    private readonly DiskSpaceMonitor _disk;
    private readonly SpaceQuota _quota;
    private readonly NoSpaceDisarm? _disarm;
    private readonly CallGate _gate;
    private readonly GrpcListener _listener;
    private readonly GrpcListener? _metricsListener;
    private readonly MemberPublisher _publisher;
    private readonly MetricsPage _metrics;
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _publishing = Task.CompletedTask;
    private readonly CallTraces _traces;
    private MetricsMeter? _meter;
    private TraceExport? _export;
    private int _stopped;

    private MetaStoreHost(
        MetaStoreOptions options, NodeIdentity identity, ReservedPorts ports, TlsPort? tls, PeerPort peers, AuthFiles authFiles, ILoggerFactory loggers, IFatalHandler fatal,
        InProcessTransport? inProcess)
    {
        _identity = identity;
        _options = options;
        _peers = peers;
        _log = new ServerLog(loggers.CreateLogger("MetaStore.Server"));
        _log.Starting(Versions.Product, options.Member.Name, _identity.MemberId, _identity.ClusterId, options.Member.EffectiveDataDir);
        var walMetrics = new WalMetrics(options.Member.EffectiveDataDir, _log);
        _storage = NodeStorage.Open(options, _identity, walMetrics, _log);
        ReplicatedStateMachine machine = _storage.Machine;
        var snapshotMetrics = new SnapshotMetrics();
        _storage.Snapshots.Observer = snapshotMetrics;
        if (machine.Engine is IDurableEngine engine)
        {
            engine.Failed = failure => fatal.OnFatal(EngineFaults.ExitCodeOf(failure.Fault, atStart: false), failure.Message);
        }

        var applied = new AppliedIndexWaiter(TimeProvider.System);
        var room = new ResponseRoom(new ResponseBudget(MemoryShare.ForResponses(options.Limits.ResponseBytesTotal)), options.Consensus.RequestTimeout);
        _disk = new DiskSpaceMonitor(_storage.Path, machine.Engine, _storage.LogSegmentBytes, _log, TimeProvider.System, _storage.Wal.ReleaseSpares);
        var slowApplies = new SlowApplies(loggers.CreateLogger("MetaStore.Server.Apply"), options.Logging.WarnApply);
        _members = new MembershipServices(options, _identity, machine.Members, _log);
        try
        {
            _tls = tls ?? ClientTls.OpenSelfSigned(options, _storage.Path, loggers);
            peers.MakePair(_storage.Path);
            _write = WritePath.Compose(
                options, _identity, ports, peers.Security, authFiles, _storage, _disk, applied, _members, room.Budget, slowApplies, fatal, loggers, _log);
        }
        catch
        {
            _disk.Dispose();
            _storage.Dispose();
            throw;
        }

        _leadership = _write.Node.Leadership;
        _write.Node.Snapshots.Observer = snapshotMetrics;
        _members.Watch(_write.Node, _leadership);
        var maintenance = new MaintenanceMetrics();
        ReadDispatcher reads = ReadPath.Compose(options, _write.Node, applied);
        _leases = new LeaseServices(options, machine, _write, reads, _leadership, () => _tls?.MemberCredentials);
        _upkeep = new MaintenanceServices(options, _identity, machine, _write.Proposer, reads, _leadership, _leases.Channels, _write.Auth.MemberToken(_write.Proposer), maintenance, _log);
        var cause = new TimeoutDiagnosis(_write.Node, _leadership, options.Consensus.ElectionTimeout, TimeProvider.System);
        _sweeper = new DeadlineSweeper(_write.Pending, applied, _write.Batcher, cause, options.Consensus.RequestTimeout, TimeProvider.System, _log.Logger);

        var headers = new ResponseHeaders(_identity.ClusterId, _identity.MemberId, _write.Node.Progress);
        _watches = new WatchServices(options, machine, _leadership, headers, _write.Auth.Calls, _log.Logger);
        var quota = new SpaceQuota(
            machine.Engine, machine.Alarms, _write.Proposer, _identity.MemberId, options.Storage.EffectiveQuotaBytes, _disk.IsLowFor, _log.Logger);
        _quota = quota;
        _disk.WhenLow = quota.Raise;
        _disarm = options.Storage.AutoDisarmNoSpace ? new NoSpaceDisarm(quota, _log, TimeProvider.System) : null;
        var slowReads = new SlowReads(slowApplies, options.Logging.WarnRequest, TimeProvider.System);
        var kv = new KvService(_write.Proposer, reads, machine, quota, headers, room, options.Limits, slowReads, _write.Auth.Calls);
        LeaseService lease = _leases.Service(_write, machine, quota, headers, room, _write.Auth.Calls, _stopping.Token);
        var operations = new OperationsService(kv, room, _stopping.Token);
        var local = new LocalCalls(kv, lease, _watches.Dispatcher, new ConnectionCredits(), _stopping.Token);
        ServiceBinder services = new ServiceBinder()
            .AddKv(kv)
            .AddWatch(_watches.Service(_stopping.Token))
            .AddLease(lease)
            .AddLock(new LockService(local, new LockQueue(local, _log)))
            .AddElection(new ElectionService(local, new LockQueue(local, _log)))
            .AddMembers(new MembersService(_members.Silent))
            .AddCluster(_members.Service(_write, reads, _leadership, _leases.Channels, headers))
            .AddMaintenance(new MaintenanceService(
                _write.Node, machine, _write.Proposer, new LeadershipTransfer(_write.Node, machine.Members, _leadership, options.Consensus.ElectionTimeout, TimeProvider.System), quota,
                headers, room, _log, maintenance, _stopping.Token))
            .AddAuth(_write.Auth.Service(_write.Proposer, reads, headers, () => _write.Node.Peers))
            .AddBatching(new BatchingService(_write.Batcher, _write.Admission, _write.Proposer.Stages, _identity.MemberId))
            .AddOperations(operations)
            .AddHealth(new HealthService(_stopping.Token));
        if (options.Limits.EnableReflection)
        {
            services.AddReflection();
        }

        Services = services.Build();
        _gate = new CallGate(_leadership, machine.Members, _identity.MemberId, _write.Auth.Calls, _write.Proposer);
        var slowRequests = new SlowRequests(loggers.CreateLogger("MetaStore.Server.Services"), options.Logging.WarnRequest, TimeProvider.System);
        var calls = new GrpcCallMetrics(Services, slowRequests, options.Logging.Metrics == "extensive");
        // Without an exporter of its own the member leaves the choice to the listeners of its host.
        _traces = new CallTraces(options.Tracing.Enable ? options.Tracing.SamplingRate : CallTraces.All);
        ICallObserver observer = _write.Auth.Observer(calls, _identity.MemberId, _log.Logger);
        _watches.Dispatcher.Refused = _write.Auth.Audit is { } audit ? audit.OnEnded : null;
        operations.Counts = new OperationCounts(Services, observer, _traces);
        var health = new HealthChecks(machine, reads, _leadership, _identity.MemberId);
        ListenerOptions listening = RuntimeOptions.Listener(options, ports, _tls, _gate, observer);
        listening.InProcess = inProcess;
        listening.Traces = _traces;
        ApplyMetrics applying = _write.Applying.Metrics;
        _metrics = new MetricsPage(
            _identity.MemberId, _write, reads, machine, _leases.Clock, quota, calls, walMetrics, _watches.Dispatcher, health, room.Budget, listening,
            new StoreMetrics(machine, applying, maintenance),
            new RequestMetrics(options.Upkeep, _write.Node, applying, slowApplies, slowReads, _gate.Requests, _members.Promotions, _members.Silent), snapshotMetrics)
        {
            Peers = peers,
            Operations = operations.Metrics,
        };
        var pages = new HttpPages(health, _metrics, machine.Members);
        IHttpFallback http = options.Limits.EnableGateway ? new JsonGateway(Services, listening, pages) : pages;
        http = new CommonNameAccess(_write.Auth.Calls, http);
        http = new OriginAccess(options.Limits.Cors, http);
        if (options.Dashboard.Enable)
        {
            // Before --cors: no other site may read the page.
            var parts = new DashboardParts(
                _identity.MemberId, _identity.ClusterId, new OwnServices(Services, _gate, _write.Auth.Audit), _leases.Channels, _write.Auth.MemberToken(_write.Proposer), machine,
                _stopping.Token);
            http = new DashboardPage(parts, http);
        }

        http = new HostAccess(options.Limits.HostWhitelist, http);
        _listener = new GrpcListener(listening, Services, http, loggers);
        if (options.Member.ListenMetricsUrls.Length > 0)
        {
            _metricsListener = new GrpcListener(
                RuntimeOptions.MetricsListener(options, ports, _tls), new ServiceBinder().Build(), new HttpPages(health, _metrics, members: null), loggers);
        }

        _publisher = new MemberPublisher(
            _identity.MemberId, _identity.ClusterId, options.Member, options.Consensus.RequestTimeout, machine.Members, _write.Proposer, _leadership, _log);

        // Last: a member that cannot be opened leaves no timer.
        _trim = new HeapTrim(TimeProvider.System, new ManagedHeap());
    }

    /// <summary>The addresses clients are served on, with the real ports, once started.</summary>
    public IReadOnlyList<IPEndPoint> ClientEndPoints => _listener.EndPoints;

    /// <summary>The addresses of <c>--listen-metrics-urls</c>, with the real ports, once started; empty without.</summary>
    public IReadOnlyList<IPEndPoint> MetricsEndPoints => _metricsListener?.EndPoints ?? [];

    /// <summary>Completes when this member was removed from its cluster and the process is to end with <see cref="ExitCodes.Removed"/>.</summary>
    public Task Removed => _members.Removal.Stop;

    /// <summary>
    /// Completes when the cluster knows this member, that is, it has a leader and serves this member's clients; never when it is stopped before.
    /// </summary>
    public Task Serving => _serving.Task;

    /// <summary>Whether the critical threads make progress.</summary>
    internal ProgressWatch Progress => new(
        () => _write.Node.Progress.Turns, _options.Consensus.HeartbeatInterval, () => _write.Applying.Steps, () => _write.Applying.IsIdle, TimeProvider.System);

    /// <summary>The replicated state of this member.</summary>
    internal ReplicatedStateMachine Machine => _storage.Machine;

    /// <summary>What can be changed while the member runs.</summary>
    internal LiveParts Live => new(_write.Batcher, _write.Admission, _quota);

    /// <summary>The bound services, for callers inside the process.</summary>
    internal ServiceTable Services { get; }

    /// <summary>Opens everything and starts serving.</summary>
    /// <param name="options">Checked by <see cref="ConfigurationLoader"/>.</param>
    /// <param name="loggers">Receives all log lines; owned by the caller.</param>
    /// <param name="fatal">Called when the node must not continue.</param>
    /// <param name="inProcess">Serves callers in this process; null for none.</param>
    /// <exception cref="StartException">One line that says what to change, and the exit code.</exception>
    public static async Task<MetaStoreHost> StartAsync(MetaStoreOptions options, ILoggerFactory loggers, IFatalHandler fatal, InProcessTransport? inProcess = null)
    {
        try
        {
            // Before anything is written.
            _ = DescriptorPlan.OfProcess(options.Storage);
            using ReservedPorts ports = ReservedPorts.Of(options.Member, options.Limits.SocketReusePort);
            TlsPort? tls = ClientTls.Open(options, loggers);
            PeerPort? peers = null;
            AuthFiles? authFiles = null;
            try
            {
                peers = PeerPort.Open(options, loggers);
                authFiles = AuthFiles.Open(options.Auth, loggers);
                NodeIdentity identity = await NodeIdentity.ResolveAsync(options, peers.Security, CancellationToken.None);
                var host = new MetaStoreHost(options, identity, ports, tls, peers, authFiles, loggers, fatal, inProcess);
                try
                {
                    await host.StartAsync();
                    return host;
                }
                catch
                {
                    await host.DisposeAsync();
                    throw;
                }
            }
            catch
            {
                tls?.Dispose();
                peers?.Dispose();
                authFiles?.Dispose();
                throw;
            }
        }
        catch (StorageException unusable)
        {
            throw new StartException(unusable.ExitCode, unusable.Message, unusable);
        }
        catch (EngineException damaged)
        {
            throw new StartException(EngineFaults.ExitCodeOf(damaged.Fault, atStart: true), damaged.Message, damaged);
        }
    }

    /// <summary>Stops in order. Idempotent; calls in progress get up to a few seconds.</summary>
    /// <param name="reason">For the log.</param>
    public async Task StopAsync(string reason)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        _log.Stopping(reason);
        _gate.Close();
        await _stopping.CancelAsync();
        await HandOverAsync();
        _write.Batcher.Drain();
        await WaitUntilAsync(() => _write.Pending.WaitingCount == 0, DrainPatience);
        using (var patience = new CancellationTokenSource(DrainPatience))
        {
            await _listener.StopAsync(patience.Token);
            await (_metricsListener?.StopAsync(patience.Token) ?? Task.CompletedTask);
        }

        await _publishing;
        await _leases.StopAsync(DrainPatience);
        await _write.Auth.StopAsync(DrainPatience);
        await _upkeep.StopAsync(DrainPatience);
        await DisposePartsAsync();
        _log.Stopped();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _stopping.CancelAsync();
            await _publishing;
            await DisposePartsAsync();
        }
    }

    private async Task StartAsync()
    {
        if (_storage.Machine.Members.IsRemoved(_identity.MemberId))
        {
            throw new StartException(ExitCodes.Removed, RemovedText);
        }

        _write.Start(await WhoToReachAsync(), _storage);
        if (_metricsListener is not null)
        {
            // Health probes use these addresses, so they are served before the member serves clients.
            await ListenAsync(_metricsListener, "listen-metrics-urls", _options.Member.ListenMetricsUrls);
        }

        if (await _upkeep.FaultAtStartAsync(_stopping.Token) is { } fault)
        {
            _log.InitialCheckFailed($"{_identity.MemberId:x} found data inconsistency with peers");
            throw new StartException(ExitCodes.StateCorrupt, $"--initial-corrupt-check: {fault}");
        }

        if (_options.Tracing.Enable)
        {
            _export = new TraceExport(_options.Tracing, _traces.Source, _identity.MemberId, _options.Member.Name, _log);
        }

        await ListenAsync(_listener, "listen-client-urls", _options.Member.ListenClientUrls);
        _leases.Start(_log.Logger, _stopping.Token);
        _write.Auth.Start(_write.Proposer, _leadership, _log.Logger, _stopping.Token);
        _upkeep.Start(_stopping.Token);
        _members.Start(_leadership, _stopping.Token);
        _publishing = SupervisedLoop.RunAsync("publishing of name and client URLs", PublishAsync, _log.Logger, TimeProvider.System, _stopping.Token);
        _log.Serving(
            _identity.MemberId, Texts(_options.Member.ListenPeerUrls), Texts(_options.Member.AdvertiseClientUrls), Texts(_options.Member.ListenClientUrls),
            Texts(_options.Member.ListenMetricsUrls), _storage.Machine.Engine.Name, _storage.Machine.Reader.Revision);
    }

    private static string[] Texts(EndpointUrl[] urls) => [.. urls.Select(url => url.Text)];

    private async Task PublishAsync(CancellationToken stop)
    {
        if (await _publisher.RunAsync(stop))
        {
            _log.ReadyToServe();
            _serving.TrySetResult();

            // Not earlier: creating some 150 instruments would delay the start.
            _meter ??= new MetricsMeter(_metrics.Look, _identity.MemberId, TimeProvider.System);
        }
    }

    private static async Task ListenAsync(GrpcListener listener, string flag, EndpointUrl[] urls)
    {
        try
        {
            await listener.StartAsync();
        }
        catch (IOException taken)
        {
            throw new StartException(ExitCodes.BadConfiguration, $"--{flag} {string.Join(',', urls.Select(url => url.Text))}: {taken.Message}", taken);
        }
    }

    /// <summary>A joining node whose state and log do not contain the members yet must ask for them at each start.</summary>
    private async Task<NodeIdentity> WhoToReachAsync()
    {
        bool knows = _identity.Members.Count > 0 || _storage.Machine.Members.Find(_identity.MemberId) is not null || _storage.LogTellsMembers;
        try
        {
            return knows ? _identity : await NodeIdentity.JoinAsync(_options, _peers.Security, _stopping.Token);
        }
        catch (StartException unknown)
        {
            // Entries in the log may still be committed and contain them, and members that reach this one are then heard.
            _log.MembersUnknown(unknown.Message);
            return _identity;
        }
    }

    /// <summary>Transfers leadership to the most advanced follower, so that the cluster does not wait for an election.</summary>
    private async Task HandOverAsync()
    {
        if (_leadership.Role != Role.Leader)
        {
            return;
        }

        var contact = new RecentContact(_write.Node, _options.Consensus.HeartbeatInterval, TimeProvider.System);
        if (await contact.SuccessorAsync() is { } successor)
        {
            _write.Node.TransferLeader(successor.NodeId);
            await WaitUntilAsync(() => _leadership.Role != Role.Leader, _options.Consensus.ElectionTimeout);
        }
    }

    private async Task DisposePartsAsync()
    {
        _meter?.Dispose();
        await _listener.DisposeAsync();
        await (_metricsListener?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_export is { } export)
        {
            // Blocks until the last spans are sent or given up.
            await Task.Run(export.Dispose);
        }

        _traces.Dispose();
        _tls?.Dispose();
        _peers.Dispose();
        _sweeper.Dispose();
        _members.Dispose();
        _leases.Dispose();
        _watches.Dispose();
        _disarm?.Dispose();
        _disk.Dispose();
        _trim.Dispose();
        _write.Dispose();
        await _write.Node.DisposeAsync();
        _write.Applying.Stop();
        await _write.Applying.LogCompactor.Working;
        _storage.Dispose();
        _stopping.Dispose();
    }

    private static async Task WaitUntilAsync(Func<bool> condition, TimeSpan patience)
    {
        long deadlineAt = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (!condition() && Environment.TickCount64 < deadlineAt)
        {
            await Task.Delay(DrainPoll);
        }
    }
}
