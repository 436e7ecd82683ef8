using System.Net;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Server.Budgets;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Hosting.Composition;
using MetaStore.Server.Hosting.Descriptors;
using MetaStore.Server.Hosting.Lifetime;
using MetaStore.Server.Hosting.Ports;
using MetaStore.Server.Hosting.Reload;
using MetaStore.Server.Hosting.Storage;
using MetaStore.Server.Listening.InProcess;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Observability.Logging;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Proposals;
using MetaStore.Server.Quota;
using MetaStore.Server.Reads;
using MetaStore.Server.Services.Mapping;
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
    private readonly ClientPorts _clients;
    private readonly MemberPublisher _publisher;
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _publishing = Task.CompletedTask;
    private MetricsMeter? _meter;
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
        try
        {
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
            _tls = tls ?? ClientTls.OpenSelfSigned(options, _storage.Path, loggers);
            peers.MakePair(_storage.Path);
            _write = WritePath.Compose(
                options, _identity, ports, peers.Security, authFiles, _storage, _disk, applied, _members, room.Budget, slowApplies, fatal, loggers, _log);
            _leadership = _write.Node.Leadership;
            _write.Node.Snapshots.Observer = snapshotMetrics;
            _members.Watch(_write.Node, _leadership);
            var maintenance = new MaintenanceMetrics();
            ReadDispatcher reads = ReadPath.Compose(options, _write.Node, applied);
            _leases = new LeaseServices(options, _identity.MemberId, machine, _write, reads, applied, _leadership, () => _tls?.MemberCredentials);
            _upkeep = new MaintenanceServices(options, _identity, machine, _write.Proposer, reads, _leadership, _leases.Channels, _write.Auth.MemberToken(_write.Proposer), maintenance, _log);
            var cause = new TimeoutDiagnosis(_write.Node, _leadership, options.Consensus.ElectionTimeout, TimeProvider.System);
            _sweeper = new DeadlineSweeper(_write.Pending, applied, _write.Batcher, cause, options.Consensus.RequestTimeout, TimeProvider.System, _log.Logger);

            var headers = new ResponseHeaders(_identity.ClusterId, _identity.MemberId, _write.Node.Progress);
            _watches = new WatchServices(options, machine, _leadership, headers, _write.Auth.Calls, _log.Logger);
            _quota = new SpaceQuota(
                machine.Engine, machine.Alarms, _write.Proposer, _identity.MemberId, options.Storage.EffectiveQuotaBytes, _disk.IsLowFor, _log.Logger);
            _disk.WhenLow = _quota.Raise;
            _disarm = options.Storage.AutoDisarmNoSpace ? new NoSpaceDisarm(_quota, _log, TimeProvider.System) : null;
            var parts = new MemberParts
            {
                Options = options,
                Identity = _identity,
                Machine = machine,
                Write = _write,
                Reads = reads,
                Leases = _leases,
                Watches = _watches,
                Members = _members,
                Quota = _quota,
                Headers = headers,
                Room = room,
                Maintenance = maintenance,
                SlowApplies = slowApplies,
                SlowReads = new SlowReads(slowApplies, options.Logging.WarnRequest, TimeProvider.System),
                Loggers = loggers,
                Log = _log,
                Stopping = _stopping.Token,
            };
            var services = new BoundServices(parts);
            Services = services.Table;
            _clients = new ClientPorts(parts, services, ports, _tls, peers, walMetrics, snapshotMetrics, inProcess);
            _publisher = new MemberPublisher(
                _identity.MemberId, _identity.ClusterId, options.Member, options.Consensus.RequestTimeout, machine.Members, _write.Proposer, _leadership, _log);
            _trim = new HeapTrim(TimeProvider.System, new ManagedHeap());
        }
        catch
        {
            // There is no host yet that the caller could dispose of.
            Task disposed = DisposePartsAsync();
            disposed.GetAwaiter().GetResult();
            throw;
        }
    }

    /// <summary>The addresses clients are served on, with the real ports, once started.</summary>
    public IReadOnlyList<IPEndPoint> ClientEndPoints => _clients.EndPoints;

    /// <summary>The addresses of <c>--listen-metrics-urls</c>, with the real ports, once started; empty without.</summary>
    public IReadOnlyList<IPEndPoint> MetricsEndPoints => _clients.MetricsEndPoints;

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
        _clients.RefuseCalls();
        await _stopping.CancelAsync();
        await HandOverAsync();
        _write.Batcher.Drain();
        await WaitUntilAsync(() => _write.Pending.WaitingCount == 0, DrainPatience);
        using (var patience = new CancellationTokenSource(DrainPatience))
        {
            await _clients.StopAsync(patience.Token);
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

        // Health probes use these addresses, so they are served before the member serves clients.
        await _clients.ServeMetricsAsync();
        if (await _upkeep.FaultAtStartAsync(_stopping.Token) is { } fault)
        {
            _log.InitialCheckFailed($"{_identity.MemberId:x} found data inconsistency with peers");
            throw new StartException(ExitCodes.StateCorrupt, $"--initial-corrupt-check: {fault}");
        }

        await _clients.ServeAsync();
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
            _meter ??= new MetricsMeter(_clients.Metrics.Look, _identity.MemberId, TimeProvider.System);
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

    /// <summary>Also after a constructor that failed: what it had not made yet is null.</summary>
    private async Task DisposePartsAsync()
    {
        _meter?.Dispose();
        await (_clients?.DisposeAsync() ?? ValueTask.CompletedTask);
        _tls?.Dispose();
        _peers.Dispose();
        _sweeper?.Dispose();
        _members?.Dispose();
        _leases?.Dispose();
        _watches?.Dispose();
        _disarm?.Dispose();
        _disk?.Dispose();
        _trim?.Dispose();
        if (_write is not null)
        {
            _write.Dispose();
            await _write.Node.DisposeAsync();
            _write.Applying.Stop();
            await _write.Applying.LogCompactor.Working;
        }

        _storage?.Dispose();
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
