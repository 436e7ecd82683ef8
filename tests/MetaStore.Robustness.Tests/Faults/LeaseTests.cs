using System.Diagnostics;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Robustness.Tests.Load;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Robustness.Tests.Faults;

/// <summary>Leases on three processes: every member serves them, and no failure of a leader expires one early.</summary>
public sealed class LeaseTests
{
    private const long Id = 77;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("memory", false)]
    [RowOnRequest("rocksdb", false)]
    [RowOnRequest("rocksdb", true)]
    [InlineData("memory", true)]
    public async Task EveryMember_GrantsRenewsAndReportsTheSame(string engine, bool isSecured)
    {
        await using var cluster = await StartAsync(engine, isSecured);
        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            using var client = ClusterProbe.ClientOf(cluster.Nodes[i]);
            await client.Lease.GrantAsync(new LeaseGrantRequest { ID = i + 1, TTL = 1000 });
        }

        foreach (var node in cluster.Nodes)
        {
            using var client = ClusterProbe.ClientOf(node);
            Assert.Equal(1000, (await client.Lease.KeepAliveOnceAsync(1)).TTL);
            Assert.Equal(0, (await client.Lease.KeepAliveOnceAsync(99)).TTL);
            Assert.Equal(-1, (await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 99 })).TTL);
            Assert.InRange((await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = 2 })).TTL, 900, 1000);
        }
    }

    [SkippableTheory]
    [InlineData("memory", false)]
    [RowOnRequest("rocksdb", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task LeaderKilled_LeaseHasItsFullTimeAgainAndThenRunsOut(string engine, bool isSecured)
    {
        await using var cluster = await StartAsync(engine, isSecured);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        using var client = ClusterProbe.ClientOf(cluster.Nodes.First(node => node != leader));
        await GrantWithKeyAsync(client, ttl: 5);
        await Eventually.TrueAsync(async () => await RemainingAsync(client) <= 2, Limit, () => "the remaining time does not decrease");
        await leader.Process!.KillAsync();
        var clock = Stopwatch.StartNew();
        await ClusterProbe.LeaderAsync(cluster, Limit);
        Assert.InRange(await RemainingAsync(client), 3, 6);
        await Eventually.TrueAsync(async () => await CountAsync(client) == 0, Limit, () => "the lease does not expire");
        Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(5), $"expired after {clock.Elapsed}");
    }

    [SkippableTheory]
    [InlineData("rocksdb", false)]
    [RowOnRequest("memory", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task LeaderKilled_LongLease_GoesOnWithWhatWasRecorded(string engine, bool isSecured)
    {
        await using var cluster = await StartAsync(engine, isSecured);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        using var client = ClusterProbe.ClientOf(cluster.Nodes.First(node => node != leader));
        await GrantWithKeyAsync(client, ttl: 60);
        await Eventually.TrueAsync(async () => await RemainingAsync(client) <= 48, Limit, () => "the remaining time does not decrease");
        await leader.Process!.KillAsync();
        await ClusterProbe.LeaderAsync(cluster, Limit);
        Assert.InRange(await RemainingAsync(client), 40, 52);
        Assert.Equal(60, (await client.Lease.KeepAliveOnceAsync(Id)).TTL);
        cluster.Launch(leader);
        await cluster.WaitUntilHealthyAsync(leader);
        var second = await ClusterProbe.LeaderAsync(cluster, Limit);
        await second.Process!.KillAsync();
        await ClusterProbe.LeaderAsync(cluster, Limit);
        using var survivor = ClusterProbe.ClientOf(cluster.Nodes.First(node => node != second));
        Assert.InRange(await RemainingAsync(survivor), 45, 61);
    }

    [SkippableTheory]
    [InlineData("memory", false)]
    [RowOnRequest("rocksdb", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task LeaderStoppedForLongerThanTheTtl_DoesNotRevokeWhatItsSuccessorRenews(string engine, bool isSecured)
    {
        await using var cluster = await StartAsync(engine, isSecured);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        using var client = ClusterProbe.ClientOf(cluster.Nodes.First(node => node != leader));
        await GrantWithKeyAsync(client, ttl: 3);
        leader.Process!.Pause();
        await RenewForAsync(client, TimeSpan.FromSeconds(8));
        leader.Process!.Resume();
        await RenewForAsync(client, TimeSpan.FromSeconds(4));
        Assert.Equal(1, await CountAsync(client));
    }

    [SkippableTheory]
    [InlineData("rocksdb", false)]
    [RowOnRequest("memory", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task OneStream_ManyInFlight_AnsweredInOrderByEveryMember(string engine, bool isSecured)
    {
        await using var cluster = await StartAsync(engine, isSecured);
        using var client = ClusterProbe.ClientOf(cluster.Nodes[0]);
        for (var id = 1; id <= 10; id++)
        {
            await client.Lease.GrantAsync(new LeaseGrantRequest { ID = id, TTL = 1000 });
        }

        foreach (var node in cluster.Nodes)
        {
            using var channel = ChannelOf(node);
            using var call = new Lease.LeaseClient(channel).LeaseKeepAlive();
            await RenewInFlightAsync(call, [.. Enumerable.Range(0, 600).Select(i => (long)(i % 11) + 1)], missing: 11);
            await call.RequestStream.CompleteAsync();
            Assert.Null(await call.ResponseStream.NextAsync());
        }
    }

    [SkippableTheory]
    [InlineData("rocksdb", false)]
    [RowOnRequest("memory", false)]
    [RowOnRequest("memory", true)]
    [RowOnRequest("rocksdb", true)]
    public async Task LeaderKilledWithRenewalsInFlight_StreamAtAFollowerGoesOn(string engine, bool isSecured)
    {
        await using var cluster = await StartAsync(engine, isSecured);
        var leader = await ClusterProbe.LeaderAsync(cluster, Limit);
        var follower = cluster.Nodes.First(node => node != leader);
        using var client = ClusterProbe.ClientOf(follower);
        await client.Lease.GrantAsync(new LeaseGrantRequest { ID = Id, TTL = 1000 });
        using var channel = ChannelOf(follower);
        using var call = new Lease.LeaseClient(channel).LeaseKeepAlive();
        await RenewInFlightAsync(call, [Id], missing: 0);
        var killing = leader.Process!.KillAsync();
        await RenewInFlightAsync(call, [.. Enumerable.Repeat(Id, 1000)], missing: 0);
        await killing;
        await RenewInFlightAsync(call, [.. Enumerable.Repeat(Id, 1000)], missing: 0);
    }

    private static async Task<ProcessCluster> StartAsync(string engine, bool isSecured)
    {
        var cluster = ProcessCluster.OfMetaStore(3, ClusterSecurity.Of(isSecured), EngineFlags.Of(engine, "--lease-checkpoint-interval=10s"));
        await cluster.StartAsync();
        return cluster;
    }

    private static GrpcChannel ChannelOf(ClusterNode node) =>
        GrpcChannel.ForAddress(node.ClientUrl, new GrpcChannelOptions { HttpHandler = node.Security.CreateHandler(), DisposeHttpClient = true });

    private static async Task RenewInFlightAsync(AsyncDuplexStreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call, long[] ids, long missing)
    {
        var asking = Task.Run(async () =>
        {
            foreach (var id in ids)
            {
                await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id });
            }
        });
        foreach (var id in ids)
        {
            var answer = await call.ResponseStream.NextAsync();
            Assert.Equal((id, id == missing ? 0 : 1000), (answer!.ID, answer.TTL));
            Assert.True(answer.Header.Revision > 0);
        }

        await asking;
    }

    private static async Task GrantWithKeyAsync(MetaStoreClient client, long ttl)
    {
        await client.Lease.GrantAsync(new LeaseGrantRequest { ID = Id, TTL = ttl });
        await client.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("leased"), Lease = Id });
    }

    private static async Task RenewForAsync(MetaStoreClient client, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            Assert.NotEqual(0, (await client.Lease.KeepAliveOnceAsync(Id)).TTL);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private static async Task<long> RemainingAsync(MetaStoreClient client) =>
        (await client.Lease.TimeToLiveAsync(new LeaseTimeToLiveRequest { ID = Id })).TTL;

    private static async Task<long> CountAsync(MetaStoreClient client) =>
        (await client.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("leased"), CountOnly = true })).Count;
}
