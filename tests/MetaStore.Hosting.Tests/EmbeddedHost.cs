using System.Collections.Concurrent;
using MetaStore.Client;
using MetaStore.Testing.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaStore.Hosting.Tests;

/// <summary>A host with one member, with free ports and a temporary directory.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable, ILoggerProvider
{
    private readonly IHost _host;
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Creates the host, which <see cref="StartAsync"/> starts.</summary>
    /// <param name="settings">More settings of the member; they replace the defaults.</param>
    public EmbeddedHost(params (string Key, string Value)[] settings)
        : this(FreePorts.Take(2), settings)
    {
    }

    /// <summary>The same with given ports: of clients and of peers.</summary>
    public EmbeddedHost(int[] ports, params (string Key, string Value)[] settings)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("metastore-embedded-").FullName;
        (ClientUrl, PeerUrl) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}");
        var values = new Dictionary<string, string?>
        {
            ["MetaStore:data-dir"] = Directory,
            ["MetaStore:listen-client-urls"] = ClientUrl,
            ["MetaStore:advertise-client-urls"] = ClientUrl,
            ["MetaStore:listen-peer-urls"] = PeerUrl,
            ["MetaStore:initial-advertise-peer-urls"] = PeerUrl,
            ["MetaStore:initial-cluster"] = $"default={PeerUrl}",
            ["MetaStore:heartbeat-interval"] = "20",
            ["MetaStore:election-timeout"] = "200",
        };
        foreach ((string key, string value) in settings)
        {
            values["MetaStore:" + key] = value;
        }

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(values);
        builder.Logging.AddProvider(this);

        // A failed member ends the process after this time, which a busy machine must not reach.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(5));
        builder.Services.AddMetaStoreServer(builder.Configuration.GetSection("MetaStore")).AddInProcessMetaStoreClient();
        builder.Services.AddHealthChecks().AddMetaStoreServer();
        _host = builder.Build();
    }

    /// <summary>The data directory.</summary>
    public string Directory { get; }

    /// <summary>URL for clients.</summary>
    public string ClientUrl { get; }

    /// <summary>URL for peers.</summary>
    public string PeerUrl { get; }

    /// <summary>The client without a network.</summary>
    public MetaStoreClient Client => _host.Services.GetRequiredService<MetaStoreClient>();

    /// <summary>The member.</summary>
    public MetaStoreMember Member => _host.Services.GetRequiredService<MetaStoreMember>();

    /// <summary>The services of the host.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>What the host's log has, one line for each entry.</summary>
    public IReadOnlyCollection<string> Log => _lines;

    /// <summary>Cancelled when the host is asked to stop.</summary>
    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public Task StartAsync() => _host.StartAsync();

    /// <summary>Starts the host and waits until the member serves.</summary>
    public async Task ServeAsync()
    {
        await _host.StartAsync();
        await Member.WaitUntilServingAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Runs the host's health checks; the one of the member.</summary>
    public async Task<HealthReportEntry> CheckAsync(CancellationToken cancellation = default) =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellation)).Entries["metastore"];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new Lines(_lines);

    void IDisposable.Dispose()
    {
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
            }
        }
    }
}
