using System.Diagnostics;
using System.Globalization;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Memory;

/// <summary>Three members with a heap of 512 MB each, and clients that request many times that.</summary>
public sealed class SmallHeapTests
{
    private const int Pairs = 40;
    private const int PairBytes = 1 << 20;
    private static readonly Dictionary<string, string> SmallHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x20000000" };

    [SkippableTheory]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task AnswersOfGigabytes_AreRefused_AndNoMemberEnds(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        await StartAsync(cluster);
        using (var client = ClusterProbe.ClientOf(cluster.Nodes[0]))
        {
            await Task.WhenAll(Enumerable.Range(0, Pairs).Select(i => client.Kv.PutAsync($"data{i:00}", Value(i))));
        }

        foreach (var node in cluster.Nodes)
        {
            await AskForATransactionOfGigabytesAsync(node);
        }

        await AskForRangesThatAreNotReadAsync(cluster.Nodes[0]);
        await WatchWithoutReadingAsync(cluster.Nodes[0]);
        foreach (var node in cluster.Nodes)
        {
            Assert.True(node.Process!.IsRunning, node.Process.Output);
        }

        Assert.True(await ClusterProbe.AgreeAsync(cluster, TimeSpan.FromSeconds(30)));

        // The transactions are in the log: a restart must not build their responses again.
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        await StartAsync(cluster);
        Assert.True(await ClusterProbe.AgreeAsync(cluster, TimeSpan.FromSeconds(30)));
        await PutAndGetAsync(cluster.Nodes[1]);
    }

    /// <summary>100 times all keys, and a put: a response of 4 GB.</summary>
    private static async Task AskForATransactionOfGigabytesAsync(ClusterNode node)
    {
        var txn = new TxnRequest();
        txn.Success.Add(Enumerable.Range(0, 100).Select(_ => new RequestOp { RequestRange = SlowReaders.Everything }));
        txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("done"), Value = ByteString.CopyFromUtf8(node.Name) } });
        using var client = ClusterProbe.ClientOf(node);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.Kv.TxnAsync(txn));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Matches(@"^grpc: trying to send message larger than max \(\d+ vs\. \d+\)$", refused.Status.Detail);
        Assert.Equal(node.Name, (await client.Kv.GetAsync("done"))!.Value.ToStringUtf8());

        txn.Success.RemoveAt(100);
        refused = await Assert.ThrowsAsync<RpcException>(() => client.Kv.TxnAsync(txn));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Matches(@"^grpc: trying to send message larger than max \(\d+ vs\. \d+\)$", refused.Status.Detail);
    }

    /// <summary>30 ranges of 40 MB, over gRPC and over the gateway, whose responses are not read.</summary>
    private static async Task AskForRangesThatAreNotReadAsync(ClusterNode node)
    {
        using (var unary = new SlowReaders(node, "/etcdserverpb.KV/Range"))
        using (var streams = new SlowReaders(node, "/etcdserverpb.KV/RangeStream"))
        {
            Task<string?>[] streaming = [.. Enumerable.Range(0, 60).Select(_ => streams.AskAsync(SlowReaders.Everything))];
            Task<string?>[] asked = [.. Enumerable.Range(0, 30).Select(_ => unary.AskAsync(SlowReaders.Everything))];
            await PutAndGetAsync(node);
            var answers = await Task.WhenAll(asked);
            await PutAndGetAsync(node);
            Assert.Contains("8 etcdserver: too many requests", answers);
            Assert.All(answers.Concat(await Task.WhenAll(streaming)), answer => Assert.True(answer is null or "8 etcdserver: too many requests", answer));
        }

        // The readers have disconnected, and their responses are freed.
        using var client = ClusterProbe.ClientOf(node);
        Assert.Equal(Pairs + 2, (await client.Kv.RangeAsync(SlowReaders.Everything)).Kvs.Count);
    }

    /// <summary>300 watches of the whole history, with previous values.</summary>
    private static async Task WatchWithoutReadingAsync(ClusterNode node)
    {
        using var streams = new SlowReaders(node, "/etcdserverpb.Watch/Watch");
        var watch = new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0), StartRevision = 1, PrevKv = true },
        };
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => streams.AskAsync(watch))), Assert.Null);
        await PutAndGetAsync(node);
        await Eventually.TrueAsync(
            async () => await MetricAsync(node, "metastore_watch_queued_bytes") >= 32 << 20, TimeSpan.FromSeconds(20), () => "the watches queue too few bytes");
        Assert.InRange(await MetricAsync(node, "metastore_watch_queued_bytes"), 32 << 20, 100 << 20);
    }

    private static async Task<long> MetricAsync(ClusterNode node, string name)
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(node.ClientUrl, "/metrics"));
        return (long)double.Parse(page.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static async Task PutAndGetAsync(ClusterNode node)
    {
        using var client = ClusterProbe.ClientOf(node);
        var watch = Stopwatch.StartNew();
        await client.Kv.PutAsync("small", "value");
        Assert.Equal("value", (await client.Kv.GetAsync("small"))!.Value.ToStringUtf8());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static async Task StartAsync(ProcessCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            cluster.LaunchWith(node, SmallHeap);
        }

        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
    }

    private static byte[] Value(int seed)
    {
        var value = new byte[PairBytes];
        new Random(seed).NextBytes(value);
        return value;
    }
}
