using System.Collections;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.IO;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Configuration;
using MetaStore.Server.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaStore.Server.Tests.Hosting;

/// <summary>A complete node in this process, the only member of its cluster, with free ports and a temporary directory.</summary>
internal sealed class SingleNode : IAsyncDisposable, IFatalHandler
{
    private const int OwnFlags = 7;

    private readonly string[] _flags;

    private SingleNode(string[] flags, string dataDir, Uri url)
    {
        _flags = flags;
        DataDir = dataDir;
        Url = url;
        Http = new HttpClient { BaseAddress = url };
    }

    public SingleNode(params string[] flags)
    {
        int[] ports = FreePorts.Take(2);
        DataDir = Directory.CreateTempSubdirectory("metastore-server-test-").FullName;
        _flags =
        [
            $"--data-dir={DataDir}", $"--listen-client-urls=http://127.0.0.1:{ports[0]}", $"--advertise-client-urls=http://127.0.0.1:{ports[0]}",
            $"--listen-peer-urls=http://127.0.0.1:{ports[1]}", $"--initial-advertise-peer-urls=http://127.0.0.1:{ports[1]}",
            "--heartbeat-interval=20", "--election-timeout=200", .. flags,
        ];
        Url = new Uri($"http://127.0.0.1:{ports[0]}");
        Http = new HttpClient { BaseAddress = Url };
    }

    public string DataDir { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public MetaStoreHost? Host { get; private set; }

    public string? Fatal { get; private set; }

    public static async Task<SingleNode> StartNewAsync(params string[] flags)
    {
        var node = new SingleNode(flags);
        await node.StartAsync();
        return node;
    }

    /// <summary>The same member, directory and ports, to be started with different flags.</summary>
    public SingleNode Again(params string[] flags) => new([.. _flags.Take(OwnFlags), .. flags], DataDir, Url);

    public Task StartAsync() => StartAsync(NullLoggerFactory.Instance);

    public async Task StartAsync(ILoggerFactory loggers)
    {
        ConfigurationResult configuration = ConfigurationLoader.Load(_flags, new Hashtable(), _ => TextReader.Null);
        Assert.Empty(configuration.Errors);
        Host = await MetaStoreHost.StartAsync(configuration.Options, loggers, this);
    }

    /// <summary>Calls a service method without a connection.</summary>
    /// <param name="path">"KV/Put" of the etcd services.</param>
    /// <param name="request">The request message.</param>
    /// <exception cref="RpcException">The call ended with an error.</exception>
    public async Task<TResponse> CallAsync<TResponse>(string path, IMessage request)
        where TResponse : class, IMessage
    {
        ServiceMethod method = Host!.Services.Find(path.StartsWith('/') ? path : "/etcdserverpb." + path) ?? throw new ArgumentException(path);
        var context = new LocalCallContext(method.Path);
        return (TResponse)(await method.InvokeAsync(request, null, null, context))!;
    }

    /// <summary>Waits until the node has published its name and version; after that it proposes nothing by itself.</summary>
    public Task SettledAsync() => Eventually.TrueAsync(
        async () => (await Http.GetStringAsync("/version")).Contains("\"etcdcluster\":\"3", StringComparison.Ordinal),
        TimeSpan.FromSeconds(20), () => "the cluster version is decided");

    public async Task StopAsync()
    {
        await Host!.StopAsync("test");
        Host = null;
    }

    public void OnFatal(int exitCode, string reason) => Fatal = $"{exitCode}: {reason}";

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }

        Http.Dispose();
        if (Directory.Exists(DataDir))
        {
            Directory.Delete(DataDir, recursive: true);
        }

        Assert.Null(Fatal);
    }
}
