using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Robustness.Tests.Faults;
using MetaStore.Testing.Processes;
using MetaStore.Protocol.V1;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>The largest possible request, in a cluster of which two members were started with the smallest limits.</summary>
public sealed class LargestRequestTests
{
    private const int RequestBytesMax = 16_777_205;
    private const int BatchBytesMax = 16_777_199;

    /// <summary>Bytes of a put besides the value: etcd's request header, and the command's own fields for a key of one byte.</summary>
    private const int AroundTheValue = 24 + 10;

    [SkippableTheory]
    [InlineData("memory")]
    public async Task RequestOfTheMostAllowed_IsReplicatedAndRecovered_WhateverTheOthersAccept(string engine)
    {
        await using var cluster = ProcessCluster.OfMetaStore(3, EngineFlags.Of(engine));
        var large = cluster.Nodes[0];
        cluster.Launch(large, "--max-request-bytes", $"{RequestBytesMax}", "--batch-max-bytes", $"{BatchBytesMax}");
        cluster.Launch(cluster.Nodes[1], "--max-request-bytes", "1024", "--batch-max-bytes", "1KiB");
        cluster.Launch(cluster.Nodes[2], "--max-request-bytes", "1024", "--batch-max-bytes", "1KiB");
        await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));

        using (var client = ClusterProbe.ClientOf(large))
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync("k", Value(RequestBytesMax - AroundTheValue + 1)));
            Assert.Equal(new Status(StatusCode.InvalidArgument, "etcdserver: request is too large"), refused.Status);
            await client.Kv.PutAsync("k", Value(RequestBytesMax - AroundTheValue));

            // With the member that would not have accepted it as the leader, then with the one that did.
            foreach (var leader in new[] { cluster.Nodes[1], large })
            {
                await MoveLeaderAsync(cluster, leader);
                await Task.WhenAll(client.Kv.PutAsync("k", Value(RequestBytesMax - AroundTheValue)), client.Kv.PutAsync("l", Value(RequestBytesMax / 2)));
            }

            var settings = await Assert.ThrowsAsync<RpcException>(() => client.Batching.SetAsync(new BatchSettings { MaxBatchBytes = 16 << 20 }));
            Assert.Equal(StatusCode.InvalidArgument, settings.StatusCode);
            Assert.Equal($"server.raft.batch.max_batch_bytes = \"16MiB\": is outside 1 to {BatchBytesMax}", settings.Status.Detail);
        }

        Assert.True(await ClusterProbe.AgreeAsync(cluster, TimeSpan.FromSeconds(30)));
        await Task.WhenAll(cluster.Nodes.Select(node => node.Process!.KillAsync()));
        await cluster.StartAsync();
        Assert.True(await ClusterProbe.AgreeAsync(cluster, TimeSpan.FromSeconds(30)));
        using var again = ClusterProbe.ClientOf(large);
        Assert.Equal(RequestBytesMax - AroundTheValue, (await again.Kv.GetAsync("k"))!.Value.Length);
    }

    [Theory]
    [InlineData("--max-request-bytes", "16777206")]
    [InlineData("--batch-max-bytes", "16MiB")]
    public async Task SettingThatTheLogDoesNotTake_IsRefusedAtTheStart(string flag, string value)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"metastore-limits-{Guid.NewGuid():n}");
        await using var process = ServerProcess.Start(Programs.MetaStore, ["--data-dir", folder, flag, value]);
        Assert.Equal(64, await process.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(flag, process.Output, StringComparison.Ordinal);
        Assert.Matches("is outside 1(KiB)? to 16777", process.Output);
        Assert.False(Directory.Exists(folder));
    }

    private static async Task MoveLeaderAsync(ProcessCluster cluster, ClusterNode wanted)
    {
        var leader = await ClusterProbe.LeaderAsync(cluster, TimeSpan.FromSeconds(30));
        if (leader == wanted)
        {
            return;
        }

        using var target = ClusterProbe.ClientOf(wanted);
        using var client = ClusterProbe.ClientOf(leader);
        var id = (await target.Maintenance.StatusAsync(new StatusRequest())).Header.MemberId;
        await client.Maintenance.MoveLeaderAsync(new MoveLeaderRequest { TargetID = id });
        Assert.Equal(wanted, await ClusterProbe.LeaderAsync(cluster, TimeSpan.FromSeconds(30)));
    }

    private static byte[] Value(int bytes)
    {
        var value = new byte[bytes];
        new Random(bytes).NextBytes(value);
        return value;
    }
}
