using System.Net;
using MetaStore.Engines;
using MetaStore.Grpc;
using MetaStore.Grpc.Health;
using MetaStore.Grpc.Reflection;
using MetaStore.Grpc.Server;
using MetaStore.Raft;
using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Runtime;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Transport.Listening;
using MetaStore.Server.Api;
using MetaStore.Server.Api.Concurrency;
using MetaStore.Server.Budgets;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Gateway;
using MetaStore.Server.Hosting.Descriptors;
using MetaStore.Server.Membership;
using MetaStore.Server.Observability;
using MetaStore.Server.Proposing;
using MetaStore.Server.Reads;
using MetaStore.StateMachine;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting;

/// <summary>One node: starts its parts in order and stops them in the other.</summary>
/// <remarks>
/// Start: identity, storage, write path, read path, services, apply thread, raft, client port. Stop: refuse new calls, hand leadership over,
/// send off what is buffered and let it finish, close the client port, raft, apply thread, log.
/// </remarks>
public sealed class MetaStoreHost : IAsyncDisposable
{
    /// <summary>What a removed member says when it ends.</summary>
    public const string RemovedText =
        "this member was removed from its cluster and will not be taken back; to use this machine again, empty --data-dir and add a new member";

    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    private readonly MetaStoreOptions _options;
    private readonly ServerLog _log;
    private readonly Leadership _leadership = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HeapTrim _trim = new(TimeProvider.System);
    private readonly NodeIdentity _identity;
    private readonly NodeStorage _storage;
    private readonly MemberRoom _members;
    private readonly WritePath _write;
    private readonly Leases _leases;
    private readonly Watches _watches;
    private readonly UpkeepRoom _upkeep;
    private readonly DeadlineSweeper _sweeper;
    private readonly DiskSpaceWatch _disk;
    private readonly CallGate _gate;
    private readonly GrpcListener _listener;
    private readonly MemberPublisher _publisher;
    private Task _publishing = Task.CompletedTask;
    private int _stopped;

    private MetaStoreHost(MetaStoreOptions options, NodeIdentity identity, ILoggerFactory loggers, IFatalHandler fatal)
    {
        _identity = identity;
        _options = options;
        _log = new ServerLog(loggers.CreateLogger("MetaStore.Server"));
        _log.Starting(Versions.Product, options.Member.Name, _identity.MemberId, _identity.ClusterId, options.Member.EffectiveDataDir);
        var walMetrics = new WalMetrics(options.Member.EffectiveDataDir, _log);
        _storage = NodeStorage.Open(options, _identity, walMetrics, _log);
        ReplicatedStateMachine machine = _storage.Machine;
        if (machine.Engine is IDurableEngine engine)
        {
            engine.Failed = failure => fatal.OnFatal(EngineFaults.ExitCodeOf(failure.Fault, atStart: false), failure.Message);
        }

        var applied = new AppliedIndexWaiter();
        var room = new ResponseRoom(new ResponseBudget(MemoryShare.ForResponses(options.Limits.ResponseBytesTotal), _trim.OnReturned), options.Consensus.RequestTimeout);
        _disk = new DiskSpaceWatch(_storage.Path, machine.Engine, _storage.LogSegmentBytes, _log, TimeProvider.System);
        _members = new MemberRoom(options, _identity, machine.Members, _log);
        try
        {
            _write = WritePath.Compose(options, _identity, _storage, _disk, applied, _leadership, _members, room.Budget, fatal, loggers, _log);
        }
        catch
        {
            _disk.Dispose();
            _storage.Dispose();
            throw;
        }

        ReadDispatcher reads = ReadPath.Compose(options, _write.Node, applied);
        _leases = new Leases(options, machine, _write, reads, _leadership);
        _upkeep = new UpkeepRoom(options, _identity, machine, _write.Proposer, reads, _leadership, _leases.Channels, _log);
        var cause = new TimeoutCause(_write.Node, _leadership, options.Consensus.ElectionTimeout, TimeProvider.System);
        _sweeper = new DeadlineSweeper(_write.Pending, applied, _write.Batcher, cause, options.Consensus.RequestTimeout, TimeProvider.System, _log.Logger);

        var headers = new ResponseHeaders(_identity.ClusterId, _identity.MemberId, _write.Node.Progress);
        _watches = new Watches(options, machine, _leadership, headers, _log.Logger);
        var quota = new SpaceQuota(
            machine.Engine, machine.Alarms, _write.Proposer, _identity.MemberId, options.Storage.EffectiveQuotaBytes, _disk.IsLowFor, _log.Logger);
        _disk.WhenLow = quota.Raise;
        var kv = new KvService(_write.Proposer, reads, machine, quota, headers, room, options.Limits);
        LeaseService lease = _leases.Service(_write, machine, quota, headers, room, _stopping.Token);
        var local = new LocalCalls(kv, lease, _watches.Room, _stopping.Token);
        ServiceBinder services = new ServiceBinder()
            .Add(EtcdServices.KV, kv)
            .Add(EtcdServices.Watch, _watches.Service(_stopping.Token))
            .Add(EtcdServices.Lease, lease)
            .Add(EtcdServices.Lock, new LockService(local, new OwnerQueue(local, _log)))
            .Add(EtcdServices.Election, new ElectionService(local, new OwnerQueue(local, _log)))
            .Add(EtcdServices.Cluster, _members.Service(_write, reads, _leadership, _leases.Channels, headers))
            .Add(EtcdServices.Maintenance, new MaintenanceService(
                _write.Node, machine, _write.Proposer, new LeaderMove(_write.Node, machine.Members, _leadership, options.Consensus.ElectionTimeout), quota,
                headers, room, _log, _stopping.Token))
            .Add(MetaStore.V1.BatchingReflection.Descriptor.Services[0], new BatchingService(_write.Batcher, _identity.MemberId))
            .Add(HealthService.Descriptor, new HealthService(_stopping.Token));
        if (options.Limits.EnableReflection)
        {
            ReflectionService.AddTo(services);
        }

        Services = services.Build();
        _gate = new CallGate(_leadership, machine.Members, _identity.MemberId);
        var calls = new GrpcCallMetrics(Services);
        var health = new HealthChecks(machine, reads, _leadership, _identity.MemberId);
        GrpcServerOptions listening = RuntimeOptions.Listener(options, _gate, calls);
        var metrics = new MetricsPage(
            _identity.MemberId, _write, reads, machine, _leases.Clock, quota, calls, walMetrics, _watches.Room, health, room.Budget, listening);
        var pages = new HttpPages(health, metrics, machine.Members);
        IHttpFallback http = options.Limits.EnableGateway ? new JsonGateway(Services, listening, pages) : pages;
        http = new OriginAccess(options.Limits.Cors, options.Limits.HostWhitelist, http);
        _listener = new GrpcListener(listening, Services, http, loggers);
        _publisher = new MemberPublisher(_identity.MemberId, options.Member, machine.Members, _write.Proposer, _leadership, _log);
    }

    /// <summary>The addresses clients are served on, with the real ports, once started.</summary>
    public IReadOnlyList<IPEndPoint> ClientEndPoints => _listener.EndPoints;

    /// <summary>Completes when this member was removed from its cluster and the process is to end with <see cref="ExitCodes.Removed"/>.</summary>
    public Task Removed => _members.Removal.Stop;

    /// <summary>The bound services, for callers inside the process.</summary>
    internal ServiceTable Services { get; }

    /// <summary>Opens everything and starts to serve.</summary>
    /// <param name="options">Checked by <see cref="ConfigurationLoader"/>.</param>
    /// <param name="loggers">Receives all lines; stays the caller's.</param>
    /// <param name="fatal">What happens when the node must not go on.</param>
    /// <exception cref="StartException">One line that says what to change, and the exit code.</exception>
    public static async Task<MetaStoreHost> StartAsync(MetaStoreOptions options, ILoggerFactory loggers, IFatalHandler fatal)
    {
        try
        {
            // Ahead of everything that leaves something behind.
            _ = DescriptorPlan.OfProcess(options.Storage);
            NodeIdentity identity = await NodeIdentity.ResolveAsync(options, CancellationToken.None);
            var host = new MetaStoreHost(options, identity, loggers, fatal);
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
        catch (StorageException unusable)
        {
            throw new StartException(unusable.ExitCode, unusable.Message, unusable);
        }
        catch (EngineException damaged)
        {
            throw new StartException(EngineFaults.ExitCodeOf(damaged.Fault, atStart: true), damaged.Message, damaged);
        }
        catch (PeerListenException taken)
        {
            throw new StartException(ExitCodes.BadConfiguration, $"--listen-peer-urls: {taken.Message}", taken);
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
        }

        await _publishing;
        await _leases.StopAsync(DrainPatience);
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
        if (await _upkeep.FaultAtStartAsync(_stopping.Token) is { } fault)
        {
            throw new StartException(ExitCodes.StateCorrupt, $"--initial-corrupt-check: {fault}");
        }

        SocketFiles.RemoveStale("listen-client-urls", _options.Member.ListenClientUrls);
        SocketFiles.RemoveStale("listen-client-http-urls", _options.Member.ListenClientHttpUrls);
        try
        {
            await _listener.StartAsync();
        }
        catch (IOException taken)
        {
            string urls = string.Join(',', _options.Member.ListenClientUrls.Select(url => url.Text));
            throw new StartException(ExitCodes.BadConfiguration, $"--listen-client-urls {urls}: {taken.Message}", taken);
        }

        _leases.Start(_log.Logger, _stopping.Token);
        _upkeep.Start(_stopping.Token);
        _publishing = SupervisedLoop.RunAsync("publishing of name and client URLs", _publisher.RunAsync, _log.Logger, TimeProvider.System, _stopping.Token);
        _log.Ready(
            string.Join(',', _listener.Addresses), _options.Member.ListenPeerUrls[0].Text, _storage.Machine.Engine.Name, _storage.Machine.Reader.Revision);
    }

    /// <summary>A node that joined and finds the members neither in its state nor in its log yet has to be told them, each time it starts.</summary>
    private async Task<NodeIdentity> WhoToReachAsync()
    {
        bool knows = _identity.Members.Count > 0 || _storage.Machine.Members.Find(_identity.MemberId) is not null || _storage.LogTellsMembers;
        try
        {
            return knows ? _identity : await NodeIdentity.JoinAsync(_options, _stopping.Token);
        }
        catch (StartException unknown)
        {
            // What is in the log may become committed and tell; and members that reach this one are heard once it does.
            _log.MembersUnknown(unknown.Message);
            return _identity;
        }
    }

    /// <summary>Gives leadership to the follower that is furthest, so that the cluster does not wait for an election.</summary>
    private async Task HandOverAsync()
    {
        if (_leadership.Role != Role.Leader)
        {
            return;
        }

        FollowerStatus? best = _write.Node.Status.Followers
            .Where(follower => follower.NodeId != _identity.MemberId && !follower.IsLearner && follower.RecentActive)
            .MaxBy(follower => follower.Match);
        if (best is not null)
        {
            _write.Node.TransferLeader(best.NodeId);
            await WaitUntilAsync(() => _leadership.Role != Role.Leader, _options.Consensus.ElectionTimeout);
        }
    }

    private async Task DisposePartsAsync()
    {
        await _listener.DisposeAsync();
        _sweeper.Dispose();
        _members.Dispose();
        _leases.Dispose();
        _watches.Dispose();
        _disk.Dispose();
        _trim.Dispose();
        _write.Dispose();
        await _write.Node.DisposeAsync();
        _write.Applying.Stop();
        await _write.Applying.LogCut.Working;
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
