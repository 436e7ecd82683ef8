using System.Collections.Concurrent;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Concurrent calls on real members: the same responses as one call at a time, over one stream.</summary>
[Collection(nameof(OneAtATime))]
public sealed class GatheredCallsTests(SingleNode node)
{
    private const int Callers = 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Callers_AtOnce_EachReadWhatTheyWrote(bool gathered)
    {
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(node.Endpoint) with { GatherCalls = gathered, CommandTimeout = TimeSpan.FromSeconds(20) });
        var before = await StreamsAsync();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var turn = 0; turn < 5; turn++)
            {
                var key = $"gathered/{gathered}/{caller}";
                await client.Kv.PutAsync(key, $"{turn}");
                Assert.Equal($"{turn}", (await client.Kv.GetAsync(key))!.Value.ToStringUtf8());
                Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync(new PutRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("k"), Lease = 404 }))).StatusCode);
            }
        }));

        Assert.Equal(Callers, await client.Kv.DeleteAsync(KeyRange.Prefix($"gathered/{gathered}/")));
        Assert.Equal(gathered, await StreamsAsync() > before);
    }

    /// <summary>Each call ends, and what was acknowledged is there.</summary>
    [Fact]
    public async Task Member_KilledUnderCalls_AllEnd_AndNoAcknowledgedWriteIsLost()
    {
        await using var cluster = ProcessCluster.OfMetaStore(3);
        await cluster.StartAsync();
        using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [.. cluster.Nodes.Select(member => member.ClientUrl)], CommandTimeout = TimeSpan.FromSeconds(10) });
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentDictionary<string, byte>();
        var turns = new int[Callers];
        var writing = Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var turn = 0; !stop.IsCancellationRequested; turn++)
            {
                try
                {
                    await client.Kv.PutAsync($"killed/{caller}/{turn}", "");
                    acknowledged.TryAdd($"killed/{caller}/{turn}", 0);
                    Interlocked.Increment(ref turns[caller]);
                }
                catch (RpcException unknown) when (unknown.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
                {
                    // It may have been written.
                }
            }
        }).ToArray();
        await Eventually.TrueAsync(() => turns.All(count => count > 2), TimeSpan.FromSeconds(60), () => "no writes");
        await cluster.Nodes[0].Process!.KillAsync();
        var atKill = turns.ToArray();
        await Eventually.TrueAsync(() => turns.Zip(atKill).All(pair => pair.First > pair.Second + 2), TimeSpan.FromSeconds(60), () => "writing has stopped");
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        var found = new HashSet<string>();
        await foreach (var pair in client.Kv.ScanAsync(KeyRange.Prefix("killed/")))
        {
            found.Add(pair.Key.ToStringUtf8());
        }

        Assert.Empty(acknowledged.Keys.Except(found));
    }

    private async Task<long> StreamsAsync()
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri($"http://{node.Endpoint}/metrics"));
        var line = page.Split('\n').Single(line => line.StartsWith("grpc_server_started_total{grpc_method=\"Run\"", StringComparison.Ordinal));
        return long.Parse(line[(line.LastIndexOf(' ') + 1)..]);
    }
}
