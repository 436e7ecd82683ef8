using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Framing;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Listening.Http2;
using MetaStore.Server.Listening.InProcess;
using MetaStore.Server.Listening.Pings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening;

/// <summary>
/// Serves gRPC and plain HTTP on the same addresses. Kestrel is hosted directly, without middleware: the application is <see cref="CallApplication"/>
/// over the endpoints of Grpc.AspNetCore and <see cref="IHttpFallback"/>.
/// </summary>
internal sealed class GrpcListener : IAsyncDisposable
{
    private readonly IServer _server;
    private readonly ServiceProvider _provider;
    private readonly CallApplication _application;
    private readonly ListenerLog _log;
    private readonly List<ListenOptions> _listens = [];
    private readonly Timer _sweep;

    /// <summary>Creates a listener; <see cref="StartAsync"/> opens it.</summary>
    /// <param name="options">Held until the start.</param>
    /// <param name="services">The services to serve.</param>
    /// <param name="fallback">Handles everything that is not gRPC.</param>
    /// <param name="loggers">Receives the log lines of this layer and Kestrel's.</param>
    public GrpcListener(ListenerOptions options, ServiceTable services, IHttpFallback fallback, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _log = new ListenerLog(loggers.CreateLogger("MetaStore.Server.Listening"));
        var unread = options.Unread;
        _sweep = new Timer(_ => unread.EndSlow(Environment.TickCount64), null, UnreadCalls.SweepInterval, UnreadCalls.SweepInterval);

        // Kestrel is resolved from its own registrations and not created with its public constructor: that one gives the sockets the shared array pool
        // instead of Kestrel's block pool, which cost 3 KB of garbage per call (ADR 0002, Measurements).
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => options.ConfigureTransport?.Invoke(sockets)).UseKestrelHttpsConfiguration();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<ILoggerFactory>(new KestrelLoggerFactory(loggers));
        builder.Services.AddSingleton<SocketTransportFactory>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(
            provider => new LimitedTransport(provider.GetRequiredService<SocketTransportFactory>(), options.Connections, _log));
        if (options.InProcess is { } inProcess)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(inProcess);
        }

        builder.Services.Configure<KestrelServerOptions>(kestrel => Configure(kestrel, options));
        AddGrpc(builder.Services, services, options);
        _provider = builder.Services.BuildServiceProvider();
        _server = _provider.GetRequiredService<IServer>();
        _application = new CallApplication(new MethodEndpoints(services, _provider), fallback, new CallSettings(options, _log, _provider));
    }

    /// <summary>The IP addresses listened on, with the actual ports, once started.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => [.. Addresses.OfType<IPEndPoint>()];

    /// <summary>The IP addresses and the Unix sockets.</summary>
    public IReadOnlyList<EndPoint> Addresses => [.. _listens.Select(listen => listen.EndPoint)];

    /// <summary>Opens the addresses.</summary>
    /// <exception cref="IOException">An address is in use or not local.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _server.StartAsync(_application, cancellationToken);
        foreach (var endPoint in Addresses)
        {
            _log.Listening(endPoint);
        }
    }

    /// <summary>
    /// Closes the addresses, sends GOAWAY to the clients and waits for open calls to end. When <paramref name="cancellationToken"/> is cancelled, the
    /// remaining calls are aborted.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _server.StopAsync(cancellationToken);

    /// <summary>Aborts the calls that <see cref="StopAsync"/> did not wait for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _sweep.DisposeAsync();
        await _provider.DisposeAsync();
    }

    /// <summary>Registers Grpc.AspNetCore with the bound methods as its one service.</summary>
    private static void AddGrpc(IServiceCollection registrations, ServiceTable services, ListenerOptions options)
    {
        registrations.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = null;
            grpc.MaxSendMessageSize = null;
            grpc.CompressionProviders = [new BoundedGzip(options.MaxReceiveMessageBytes)];
        });
        var methods = new BoundMethods(services, new CallGuard(options.Gate, options.Observer));
        registrations.AddSingleton<IGrpcServiceActivator<BoundMethods>>(methods);
        registrations.AddSingleton<IServiceMethodProvider<BoundMethods>>(methods);
    }

    private void Configure(KestrelServerOptions kestrel, ListenerOptions options)
    {
        // The protocol chooser claims TLS for cleartext HTTP/2 while clients correctly send ":scheme: http".
        kestrel.AllowAlternateSchemes = true;
        kestrel.AddServerHeader = false;

        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxConcurrentUpgradedConnections = null;
        limits.KeepAliveTimeout = options.IdleConnectionTimeout;
        limits.RequestHeadersTimeout = options.FirstBytesTimeout;
        limits.MaxRequestHeadersTotalSize = options.MaxRequestHeadersBytes;
        limits.MaxRequestHeaderCount = options.MaxRequestHeaderCount;
        limits.Http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = options.MaxRequestHeadersBytes;
        limits.Http2.KeepAlivePingDelay = options.KeepAlivePingDelay;
        limits.Http2.KeepAlivePingTimeout = options.KeepAlivePingTimeout;
        limits.Http2.InitialConnectionWindowSize = options.ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = options.StreamWindowBytes;
        foreach (var endpoint in options.Endpoints)
        {
            kestrel.Listen(endpoint.Address, listen => Configure(listen, endpoint, options));
        }

        if (options.InProcess is not null)
        {
            var address = new InProcessEndPoint();
            kestrel.Listen(address, listen => Configure(listen, new ListenerEndpoint(address), options));
        }

        options.ConfigureKestrel?.Invoke(kestrel);
    }

    private void Configure(ListenOptions listen, ListenerEndpoint endpoint, ListenerOptions options)
    {
        _listens.Add(listen);
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        ConnectionDelegate Cleartext(ConnectionDelegate next) => new CleartextProtocolChooser(next, options.FirstBytesTimeout, _log).OnConnectionAsync;
        if (endpoint.Tls is { } tls)
        {
            tls.UseOn(listen, endpoint.TakesCleartext ? Cleartext : null, options.FirstBytesTimeout);
        }
        else
        {
            listen.Use(Cleartext);
        }

        listen.Use(next => new LingeringClose(next, TimeProvider.System).OnConnectionAsync);
        listen.Use(next => new Http2Guard(next, options.Connections, _log).OnConnectionAsync);
        listen.Use(next => new PingEnforcement(next, options.ClientPingMinTime, _log).OnConnectionAsync);
    }
}
