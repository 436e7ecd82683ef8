using System.Net;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Services;

namespace MetaStore.Server.Tests.Calls.Echoing;

/// <summary>An echo server on a free loopback port, with all features of the layer enabled.</summary>
public sealed class EchoServer : IAsyncLifetime
{
    private readonly GrpcListener _listener;

    public EchoServer()
        : this(new ListenerOptions { FirstBytesTimeout = TimeSpan.FromSeconds(2) })
    {
    }

    internal EchoServer(ListenerOptions options, HealthService? health = null)
    {
        options.Endpoints.Add(new ListenerEndpoint(new IPEndPoint(IPAddress.Loopback, 0)));
        options.Observer ??= Observer;
        var binder = new ServiceBinder()
            .Add(Echo.Descriptor, services => Echo.BindService(services, Service))
            .AddHealth(health ?? new HealthService(CancellationToken.None))
            .AddReflection();
        _listener = new GrpcListener(options, binder.Build(), Pages, Log);
    }

    internal EchoService Service { get; } = new();

    internal CountingObserver Observer { get; } = new();

    internal LogSink Log { get; } = new();

    internal EchoPages Pages { get; } = new();

    public IPEndPoint EndPoint => _listener.EndPoints[0];

    public IReadOnlyList<IPEndPoint> EndPoints => _listener.EndPoints;

    public Uri Address => new($"http://{EndPoint}");

    public Task InitializeAsync() => _listener.StartAsync();

    public async Task DisposeAsync() => await _listener.DisposeAsync();
}
