using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>A client with 1,000 concurrent calls on one connection next to a client with one call, on a real member with few credits.</summary>
public sealed class GreedyClientTests(ITestOutputHelper output)
{
    private const int GreedyCalls = 1000;
    private const int Credits = 50;
    private const int QuietPuts = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// In arrival order every call would wait for the 1,000 before it. In round-robin order the quiet client waits for one credit and then for the 50
    /// calls in flight: a twentieth. The test allows a third, so that the load of the machine does not decide the result.
    /// </summary>
    [Fact]
    public async Task QuietClient_BesideAThousandCalls_WaitsForATurnAndNotForTheThousand()
    {
        await using var cluster = ProcessCluster.OfMetaStore(
            1, "--admission-mode=fixed", $"--admission-initial-credits={Credits}", "--admission-min-credits=1", "--admission-max-wait=1m");
        await cluster.StartAsync();
        var node = cluster.Nodes[0];
        using var greedy = Connect(node);
        using var quiet = Connect(node);
        using var admin = Connect(node);
        using var stop = new CancellationTokenSource();
        ConcurrentQueue<TimeSpan> greedyTimes = [];
        Task[] callers = [.. Enumerable.Range(0, GreedyCalls).Select(i => PutAsync(greedy, $"greedy{i}", greedyTimes, () => !stop.IsCancellationRequested))];
        await Eventually.TrueAsync(async () => (await StatsAsync(admin)).Waiting > GreedyCalls / 2, Limit, () => "the greedy client does not wait for credits");

        greedyTimes.Clear();
        ConcurrentQueue<TimeSpan> quietTimes = [];
        await PutAsync(quiet, "quiet", quietTimes, () => quietTimes.Count < QuietPuts);
        var during = await StatsAsync(admin);
        await Eventually.TrueAsync(() => greedyTimes.Count >= GreedyCalls, Limit, () => "the greedy client makes no progress");
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        var (ofQuiet, ofGreedy) = (quietTimes.Median(), greedyTimes.Median());
        output.WriteLine($"quiet {ofQuiet.TotalMilliseconds:0.0} ms, greedy {ofGreedy.TotalMilliseconds:0.0} ms; {during}");
        Assert.InRange(ofQuiet, TimeSpan.Zero, ofGreedy / 3);
        Assert.InRange(during.MostHeldByOne, 1, Credits);
        Assert.Equal(0, during.TotalRefused);

        var end = await StatsAsync(admin);
        Assert.Equal((0, 0, 0), (end.Held - end.HeldEssential, end.Waiting, end.TotalRefused));
    }

    /// <summary>A channel whose calls share one connection.</summary>
    private static GrpcChannel Connect(ClusterNode node) => GrpcChannel.ForAddress(
        node.ClientUrl, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false }, DisposeHttpClient = true });

    private static async Task PutAsync(GrpcChannel connection, string key, ConcurrentQueue<TimeSpan> times, Func<bool> goesOn)
    {
        var put = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFrom(new byte[100]) };
        var kv = new KV.KVClient(connection);
        while (goesOn())
        {
            var start = Stopwatch.GetTimestamp();
            await kv.PutAsync(put);
            times.Enqueue(Stopwatch.GetElapsedTime(start));
        }
    }

    private static async Task<AdmissionStats> StatsAsync(GrpcChannel admin) => (await new Protocol.V1.Batching.BatchingClient(admin).GetAsync(new GetBatchingRequest())).Admission;
}
