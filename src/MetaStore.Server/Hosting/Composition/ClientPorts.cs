using System.Net;
using MetaStore.IO;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Dashboard;
using MetaStore.Server.Gateway;
using MetaStore.Server.Hosting.Ports;
using MetaStore.Server.Listening;
using MetaStore.Server.Listening.InProcess;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Observability;
using MetaStore.Server.Observability.Health;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Observability.Traces;
using MetaStore.Server.Services;
using MetaStore.Server.Services.Operations;
using MetaStore.Server.Services.Slow;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Hosting.Composition;

/// <summary>Composes the ports that clients and monitoring use: calls, gateway, pages, dashboard, metrics and traces.</summary>
internal sealed class ClientPorts : IAsyncDisposable
{
    private readonly MemberParts _parts;
    private readonly CallGate _gate;
    private readonly CallTraces _traces;
    private readonly GrpcListener _listener;
    private readonly GrpcListener? _metricsListener;
    private TraceExport? _export;

    /// <summary>Nothing is served before <see cref="ServeAsync"/> and <see cref="ServeMetricsAsync"/>.</summary>
    /// <param name="parts">Owned by the caller.</param>
    /// <param name="services">What is served.</param>
    /// <param name="ports">The reserved addresses.</param>
    /// <param name="tls">Owned by the caller; null without TLS.</param>
    /// <param name="peers">Only for its metrics.</param>
    /// <param name="wal">Metrics of the log.</param>
    /// <param name="snapshots">Metrics of snapshots.</param>
    /// <param name="inProcess">Serves callers in this process; null for none.</param>
    public ClientPorts(
        MemberParts parts, BoundServices services, ReservedPorts ports, TlsPort? tls, PeerPort peers, WalMetrics wal, SnapshotMetrics snapshots, InProcessTransport? inProcess)
    {
        _parts = parts;
        var (options, write, machine, memberId) = (parts.Options, parts.Write, parts.Machine, parts.Identity.MemberId);
        _gate = new CallGate(parts.Leadership, machine.Members, memberId, write.Auth.Calls, write.Proposer);
        var slow = new SlowRequests(parts.Loggers.CreateLogger("MetaStore.Server.Services"), options.Logging.WarnRequest, TimeProvider.System);
        var calls = new GrpcCallMetrics(services.Table, slow, options.Logging.Metrics == "extensive");

        // Without an exporter of its own the member leaves the choice to the listeners of its host.
        _traces = new CallTraces(options.Tracing.Enable ? options.Tracing.SamplingRate : CallTraces.All);
        ICallObserver observer = write.Auth.Observer(calls, memberId, parts.Log.Logger);
        parts.Watches.Dispatcher.Refused = write.Auth.Audit is { } audit ? audit.OnEnded : null;
        services.Operations.Counts = new OperationCounts(services.Table, observer, _traces);
        var health = new HealthChecks(machine, parts.Reads, parts.Leadership, memberId);
        ListenerOptions listening = RuntimeOptions.Listener(options, ports, tls, _gate, observer);
        listening.InProcess = inProcess;
        listening.Traces = _traces;
        ApplyMetrics applying = write.Applying.Metrics;
        Metrics = new MetricsPage(
            memberId, write, parts.Reads, machine, parts.Leases.Clock, parts.Quota, calls, wal, parts.Watches.Dispatcher, health, parts.Room.Budget, listening,
            new StoreMetrics(machine, applying, parts.Maintenance),
            new RequestMetrics(options.Upkeep, write.Node, applying, parts.SlowApplies, parts.SlowReads, _gate.Requests, parts.Members.Promotions, parts.Members.Silent), snapshots)
        {
            Peers = peers,
            Operations = services.Operations.Metrics,
        };
        _listener = new GrpcListener(listening, services.Table, Pages(services.Table, listening, new HttpPages(health, Metrics, machine.Members)), parts.Loggers);
        if (options.Member.ListenMetricsUrls.Length > 0)
        {
            _metricsListener = new GrpcListener(
                RuntimeOptions.MetricsListener(options, ports, tls), new ServiceBinder().Build(), new HttpPages(health, Metrics, members: null), parts.Loggers);
        }
    }

    /// <summary>The addresses clients are served on, with the real ports, once started.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _listener.EndPoints;

    /// <summary>The addresses of <c>--listen-metrics-urls</c>, with the real ports, once started; empty without.</summary>
    public IReadOnlyList<IPEndPoint> MetricsEndPoints => _metricsListener?.EndPoints ?? [];

    /// <summary>The page of metrics.</summary>
    public MetricsPage Metrics { get; }

    /// <summary>Starts the addresses for metrics and health, if there are any.</summary>
    /// <exception cref="StartException">An address is taken.</exception>
    public Task ServeMetricsAsync() =>
        _metricsListener is null ? Task.CompletedTask : ListenAsync(_metricsListener, "listen-metrics-urls", _parts.Options.Member.ListenMetricsUrls);

    /// <summary>Starts the export of traces, if it is set, and the client addresses.</summary>
    /// <exception cref="StartException">An address is taken.</exception>
    public Task ServeAsync()
    {
        if (_parts.Options.Tracing.Enable)
        {
            _export = new TraceExport(_parts.Options.Tracing, _traces.Source, _parts.Identity.MemberId, _parts.Options.Member.Name, _parts.Log);
        }

        return ListenAsync(_listener, "listen-client-urls", _parts.Options.Member.ListenClientUrls);
    }

    /// <summary>Refuses new calls; those in progress go on.</summary>
    public void RefuseCalls() => _gate.Close();

    /// <summary>Closes the addresses when the calls in progress are done, or when <paramref name="patience"/> is cancelled.</summary>
    public async Task StopAsync(CancellationToken patience)
    {
        await _listener.StopAsync(patience);
        await (_metricsListener?.StopAsync(patience) ?? Task.CompletedTask);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await (_metricsListener?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_export is { } export)
        {
            // Blocks until the last spans are sent or given up.
            await Task.Run(export.Dispose);
        }

        _traces.Dispose();
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

    /// <summary>What is served beside gRPC, the check of the host name first.</summary>
    private HostAccess Pages(ServiceTable services, ListenerOptions listening, HttpPages pages)
    {
        var (options, write) = (_parts.Options, _parts.Write);
        IHttpFallback http = options.Limits.EnableGateway ? new JsonGateway(services, listening, pages) : pages;
        http = new CommonNameAccess(write.Auth.Calls, http);
        http = new OriginAccess(options.Limits.Cors, http);
        if (options.Dashboard.Enable)
        {
            // Before --cors: no other site may read the page.
            var parts = new DashboardParts(
                _parts.Identity.MemberId, _parts.Identity.ClusterId, new OwnServices(services, _gate, write.Auth.Audit), _parts.Leases.Channels,
                write.Auth.MemberToken(write.Proposer), _parts.Machine, _parts.Stopping);
            http = new DashboardPage(parts, http);
        }

        return new HostAccess(options.Limits.HostWhitelist, http);
    }
}
