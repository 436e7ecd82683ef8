using MetaStore.Client;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Cli.Tests.Processes;

/// <summary>A member with some history, and the programs that connect to it.</summary>
public sealed class OneMember : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ProcessCluster _cluster = ProcessCluster.OfMetaStore(1);

    public MetaStoreClient Client { get; private set; } = null!;

    /// <summary>host:port.</summary>
    public string Endpoint => _cluster.Nodes[0].Endpoint;

    private string[] Target => ["--endpoints", Endpoint];

    public async Task InitializeAsync()
    {
        await _cluster.StartAsync();
        Client = new MetaStoreClient(MetaStoreClientOptions.Parse(_cluster.Nodes[0].Endpoint) with { CommandTimeout = TimeSpan.FromSeconds(30) });
        await Client.Lease.GrantAsync(new MetaStore.Protocol.Etcd.LeaseGrantRequest { ID = 0x1234, TTL = 9_000 });
        await Client.Kv.PutAsync("w1", "a \"quoted\"\n\u00e9");
        await Client.Kv.PutAsync(new MetaStore.Protocol.Etcd.PutRequest { Key = ((Bytes)"w2").Content, Value = ((Bytes)new byte[] { 0, 255 }).Content, Lease = 0x1234 });
        await Client.Kv.PutAsync("w1", "b");
        await Client.Kv.DeleteAsync("w1");
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _cluster.DisposeAsync();
    }

    /// <summary>Starts metactl; the caller disposes it.</summary>
    public ServerProcess Metactl(params string[] words) => ServerProcess.Start(Programs.Metactl, [.. Target, .. words]);

    /// <summary>Starts etcdctl; the caller disposes it.</summary>
    public ServerProcess Etcdctl(params string[] words) => ServerProcess.Start(Programs.Etcdctl!, [.. Target, .. words]);

    /// <summary>Runs metactl and waits for its exit.</summary>
    public Task<(int Code, string Output)> RunAsync(params string[] words) => EndAsync(Metactl(words));

    /// <summary>Exit code and output of a program that exits by itself.</summary>
    public static async Task<(int Code, string Output)> EndAsync(ServerProcess process)
    {
        await using (process)
        {
            return (await process.WaitForExitAsync(Limit), process.Output);
        }
    }

    /// <summary>Waits until a program has printed something.</summary>
    public static Task PrintedAsync(ServerProcess process, Func<string, bool> isThere) =>
        Eventually.TrueAsync(() => isThere(process.Output), Limit, () => process.Output);
}
