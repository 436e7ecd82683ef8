using System.Collections.Concurrent;
using dotnet_etcd;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Testing;
using MetaStore.Testing.Processes;
using V3Lockpb;

namespace MetaStore.DotnetEtcd.Tests;

/// <summary>NuGet's dotnet-etcd, as its users call it, against three real members.</summary>
[Collection(nameof(OneCluster))]
public sealed class DotnetEtcdTests(DotnetEtcdTests.Cluster cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private EtcdClient Client => cluster.Client;

    [Fact]
    public async Task Kv_PutGetRangeDelete()
    {
        await Client.PutAsync("kv/1", "one");
        await Client.PutAsync("kv/2", "zwei €");
        Assert.Equal("one", await Client.GetValAsync("kv/1"));
        Assert.Equal("zwei €", (await Client.GetRangeValAsync("kv/"))["kv/2"]);
        Assert.Equal(2, (await Client.DeleteRangeAsync("kv/")).Deleted);
        Assert.Equal("", await Client.GetValAsync("kv/1"));
        var revision = (await Client.PutAsync("kv/3", "x")).Header.Revision;
        await Client.CompactAsync(new CompactionRequest { Revision = revision });
        var gone = await Assert.ThrowsAsync<RpcException>(() => Client.GetAsync(new RangeRequest { Key = Bytes("kv/3"), Revision = revision - 1 }));
        Assert.Equal("etcdserver: mvcc: required revision has been compacted", gone.Status.Detail);
    }

    [Fact]
    public async Task Txn_TakesTheBranchOfItsCompare()
    {
        await Client.PutAsync("txn", "1");
        var swap = new TxnRequest();
        swap.Compare.Add(new Compare { Key = Bytes("txn"), Target = Compare.Types.CompareTarget.Value, Value = Bytes("1") });
        swap.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Bytes("txn"), Value = Bytes("2") } });
        swap.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = Bytes("txn") } });
        Assert.True((await Client.TransactionAsync(swap)).Succeeded);
        var second = await Client.TransactionAsync(swap);
        Assert.False(second.Succeeded);
        Assert.Equal("2", second.Responses[0].ResponseRange.Kvs[0].Value.ToStringUtf8());
    }

    [Fact]
    public async Task Watch_SeesEveryChangeInOrder_AndNothingAfterItsEnd()
    {
        var seen = new ConcurrentQueue<string>();
        var id = await Client.WatchRangeAsync("watch/", (WatchResponse response) =>
        {
            foreach (var change in response.Events)
            {
                seen.Enqueue($"{change.Type} {change.Kv.Key.ToStringUtf8()} {change.Kv.Value.ToStringUtf8()}".TrimEnd());
            }
        });
        for (var i = 0; i < 100; i++)
        {
            await Client.PutAsync("watch/a", $"{i}");
        }

        await Client.DeleteAsync("watch/a");
        await Eventually.TrueAsync(() => seen.Count == 101, Patience, () => $"{seen.Count} of 101 events");
        Assert.Equal([.. Enumerable.Range(0, 100).Select(i => $"Put watch/a {i}"), "Delete watch/a"], seen);
        Client.CancelWatch(id);
        await Client.PutAsync("watch/a", "later");
        Assert.Equal(101, seen.Count);
    }

    [Fact]
    public async Task Lease_IsKeptAliveAndRevoked()
    {
        var lease = await Client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 });
        await Client.PutAsync(new PutRequest { Key = Bytes("lease"), Value = Bytes("x"), Lease = lease.ID });
        var renewed = new TaskCompletionSource<long>();
        using var ending = new CancellationTokenSource();
        var renewing = Client.LeaseKeepAlive(
            new LeaseKeepAliveRequest { ID = lease.ID }, (LeaseKeepAliveResponse answer) => renewed.TrySetResult(answer.TTL), ending.Token);
        Assert.Equal(60, await renewed.Task.WaitAsync(Patience));
        await ending.CancelAsync();
        await Task.WhenAny(renewing);
        var left = await Client.LeaseTimeToLiveAsync(new LeaseTimeToLiveRequest { ID = lease.ID, Keys = true });
        Assert.Equal((60, "lease"), (left.GrantedTTL, Assert.Single(left.Keys).ToStringUtf8()));
        await Client.LeaseRevokeAsync(new LeaseRevokeRequest { ID = lease.ID });
        Assert.Equal("", await Client.GetValAsync("lease"));
    }

    [Fact]
    public async Task Lock_IsHeldByOneAtATime()
    {
        var first = await Client.LockAsync(new LockRequest { Name = Bytes("lock"), Lease = await LeaseAsync() });
        var second = Client.LockAsync(new LockRequest { Name = Bytes("lock"), Lease = await LeaseAsync() });
        Assert.False(second.IsCompleted);
        await Client.UnlockAsync(first.Key.ToStringUtf8());
        await Client.UnlockAsync((await second.WaitAsync(Patience)).Key.ToStringUtf8());
    }

    [Fact]
    public async Task Election_HasOneLeader_WhoProclaimsAndResigns()
    {
        var name = Bytes("election");
        var won = await Client.CampaignAsync(new V3Electionpb.CampaignRequest { Name = name, Value = Bytes("one"), Lease = await LeaseAsync() });
        Assert.Equal("one", (await Client.LeaderAsync("election")).Kv.Value.ToStringUtf8());
        using var ending = new CancellationTokenSource(Patience);
        await using var observed = Client.ObserveAsync("election", cancellationToken: ending.Token).GetAsyncEnumerator(ending.Token);
        Assert.True(await observed.MoveNextAsync());
        Assert.Equal("one", observed.Current.Kv.Value.ToStringUtf8());
        await Client.ProclaimAsync(won.Leader, "two");
        Assert.True(await observed.MoveNextAsync());
        Assert.Equal("two", observed.Current.Kv.Value.ToStringUtf8());
        await Client.ResignAsync(won.Leader);
        var none = await Assert.ThrowsAsync<RpcException>(() => Client.LeaderAsync("election"));
        Assert.Equal("election: no leader", none.Status.Detail);
    }

    [Fact]
    public async Task ClusterAndMaintenance_Answer()
    {
        Assert.Equal(["n1", "n2", "n3"], (await Client.MemberListAsync(new MemberListRequest())).Members.Select(member => member.Name).Order());
        var status = await Client.StatusAsync(new StatusRequest());
        Assert.NotEqual(0UL, status.Leader);
        Assert.Empty((await Client.AlarmAsync(new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Get })).Alarms);
        Assert.NotEqual(0U, (await Client.HashKVAsync(new HashKVRequest())).Hash);
        await Client.DefragmentAsync(new DefragmentRequest());
        long bytes = 0;
        await Client.Snapshot(new SnapshotRequest(), (SnapshotResponse part) => Interlocked.Add(ref bytes, part.Blob.Length), CancellationToken.None);
        Assert.True(bytes > 0);
        var unknown = await Assert.ThrowsAsync<RpcException>(() => Client.MemberRemoveAsync(new MemberRemoveRequest { ID = 1 }));
        Assert.Equal("etcdserver: member not found", unknown.Status.Detail);
    }

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private async Task<long> LeaseAsync() => (await Client.LeaseGrantAsync(new LeaseGrantRequest { TTL = 60 })).ID;

    /// <summary>Three members and one client that knows all of them.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        private readonly ProcessCluster _members = ProcessCluster.OfMetaStore(3);

        public EtcdClient Client { get; private set; } = null!;

        public IReadOnlyList<Uri> Endpoints => [.. _members.Nodes.Select(node => node.ClientUrl)];

        public async Task InitializeAsync()
        {
            await _members.StartAsync();
            Client = new EtcdClient(
                string.Join(',', _members.Nodes.Select(node => $"http://{node.Endpoint}")),
                configureChannelOptions: options => options.Credentials = ChannelCredentials.Insecure);
        }

        public async Task DisposeAsync()
        {
            Client.Dispose();
            await _members.DisposeAsync();
        }
    }
}
