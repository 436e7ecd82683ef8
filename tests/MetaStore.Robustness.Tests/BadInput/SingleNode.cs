using MetaStore.Client;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A member with some data, which tests stop, damage and start again.</summary>
internal sealed class SingleNode : IAsyncDisposable
{
    private const int Keys = 200;

    private SingleNode(ProcessCluster cluster) => Cluster = cluster;

    public ProcessCluster Cluster { get; }

    public ClusterNode Node => Cluster.Nodes[0];

    /// <summary>Files of the log, oldest first.</summary>
    public string[] WalFiles => [.. Directory.EnumerateFiles(Path.Combine(Node.DataDirectory, "wal"), "*.wal").Order(StringComparer.Ordinal)];

    /// <summary>Starts a member and writes to it, one put at a time.</summary>
    public static async Task<SingleNode> WithDataAsync(string engine = "memory")
    {
        var single = new SingleNode(ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine)));
        await single.Cluster.StartAsync();
        using var client = single.Client();
        for (var i = 0; i < Keys; i++)
        {
            await client.Kv.PutAsync(Key(i), $"value {i}");
        }

        return single;
    }

    public MetaStoreClient Client() => ClusterProbe.ClientOf(Node);

    /// <summary>Starts the member again and expects it to exit.</summary>
    /// <returns>Exit code and output.</returns>
    public async Task<(int ExitCode, string Output)> StartExpectingExitAsync()
    {
        Cluster.Launch(Node);
        var code = await Node.Process!.WaitForExitAsync(TimeSpan.FromSeconds(30));
        return (code, Node.Process.Output);
    }

    /// <summary>Starts the member again and checks that every acknowledged put is present.</summary>
    public async Task StartAndCheckAsync()
    {
        Cluster.Launch(Node);
        await Cluster.WaitUntilHealthyAsync(Node);
        using var client = Client();
        for (var i = 0; i < Keys; i++)
        {
            var answer = await client.Kv.RangeAsync(new MetaStore.Protocol.Etcd.RangeRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8(Key(i)) });
            Assert.Equal($"value {i}", Assert.Single(answer.Kvs).Value.ToStringUtf8());
        }
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private static string Key(int i) => $"bad-input/{i:d4}";
}
