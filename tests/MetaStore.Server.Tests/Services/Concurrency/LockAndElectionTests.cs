using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Elections;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Locks;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Services.Concurrency;

/// <summary>The Lock and Election services over the wire, on one node.</summary>
public abstract class LockAndElectionTests(string engine) : IAsyncLifetime
{

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private SingleNode _node = null!;
    private GrpcChannel _channel = null!;

    private CallOptions Limited => new(cancellationToken: _limit.Token);

    private Protocol.Locks.Lock.LockClient Locks => new(_channel);

    private Election.ElectionClient Elections => new(_channel);

    public async Task InitializeAsync()
    {
        _node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        _channel = GrpcChannel.ForAddress(_node.Url);
        foreach (long id in new long[] { 0x1234abcd, 2, 3 })
        {
            await _node.CallAsync<LeaseGrantResponse>("Lease/LeaseGrant", new LeaseGrantRequest { ID = id, TTL = 100 });
        }
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _node.DisposeAsync();
        _limit.Dispose();
    }

    [SkippableFact]
    public async Task Lock_Free_IsHeldUnderEtcdsKeyAndAgainByTheSameLease()
    {
        LockResponse held = await LockAsync("L", 0x1234abcd);
        Assert.Equal("L/1234abcd", held.Key.ToStringUtf8());
        Assert.Equal(held.Key, (await LockAsync("L", 0x1234abcd)).Key);
        Assert.StartsWith("/", (await LockAsync("", 0)).Key.ToStringUtf8(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Lock_Taken_IsAcquiredInTheOrderOfArrival()
    {
        LockResponse first = await LockAsync("L", 0x1234abcd);
        Task<LockResponse> second = LockAsync("L", 2);
        await QueuedAsync("L", 2);
        Task<LockResponse> third = LockAsync("L", 3);
        await QueuedAsync("L", 3);
        Assert.False(second.IsCompleted);
        await UnlockAsync(first.Key);
        LockResponse next = await second;
        Assert.Equal("L/2", next.Key.ToStringUtf8());
        Assert.False(third.IsCompleted);
        await _node.CallAsync<LeaseRevokeResponse>("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 2 });
        Assert.Equal("L/3", (await third).Key.ToStringUtf8());
    }

    [SkippableFact]
    public async Task Lock_CallerCancels_LeavesNoKey()
    {
        await LockAsync("L", 0x1234abcd);
        using var patience = new CancellationTokenSource();
        Task<LockResponse> second = Locks.LockAsync(
            new LockRequest { Name = Utf8("L"), Lease = 2 }, cancellationToken: patience.Token).ResponseAsync;
        await QueuedAsync("L", 2);
        await patience.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => second)).StatusCode);
        await Eventually.TrueAsync(async () => await CountAsync("L/2") == 0, TimeSpan.FromSeconds(20), () => "the place is still there");
    }

    [SkippableFact]
    public async Task Lock_LeaseRevokedWhileItWaits_EndsWithEtcdsText()
    {
        await LockAsync("L", 0x1234abcd);
        Task<LockResponse> second = LockAsync("L", 2);
        await QueuedAsync("L", 2);
        await _node.CallAsync<LeaseRevokeResponse>("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 2 });
        await UnlockAsync(Utf8("L/1234abcd"));
        await FailsAsync(() => second, "mutex: session is expired");
    }

    [SkippableFact]
    public async Task Refusals_HaveEtcdsTextsAndTheCodeUnknown()
    {
        await FailsAsync(() => LockAsync("L", 99), "etcdserver: requested lease not found");
        await FailsAsync(() => UnlockAsync(ByteString.Empty), "etcdserver: key is not provided");
        await FailsAsync(() => Elections.LeaderAsync(new LeaderRequest { Name = Utf8("E") }, Limited).ResponseAsync, "election: no leader");
        await FailsAsync(() => Elections.ProclaimAsync(new ProclaimRequest(), Limited).ResponseAsync, "\"leader\" field must be provided");
        await FailsAsync(
            () => Elections.ProclaimAsync(new ProclaimRequest { Leader = new LeaderKey { Key = Utf8("E/2"), Rev = 7, Lease = 2 } }, Limited).ResponseAsync,
            "election: not leader");
    }

    [SkippableFact]
    public async Task Election_CampaignProclaimResign_AreObservedInOrder()
    {
        using var observed = Elections.Observe(new LeaderRequest { Name = Utf8("E") });
        CampaignResponse first = await CampaignAsync(2, "one");
        Assert.Equal(("E/2", 2L), (first.Leader.Key.ToStringUtf8(), first.Leader.Lease));
        Task<CampaignResponse> second = CampaignAsync(3, "two");
        await QueuedAsync("E", 3);
        Assert.Equal("one", await NextAsync(observed));
        await Elections.ProclaimAsync(new ProclaimRequest { Leader = first.Leader, Value = Utf8("one again") }, Limited).ResponseAsync;
        Assert.Equal("one again", await NextAsync(observed));
        CampaignResponse third = await CampaignAsync(2, "and again");
        Assert.Equal("and again", await NextAsync(observed));
        LeaderResponse leader = await Elections.LeaderAsync(new LeaderRequest { Name = Utf8("E") }, Limited).ResponseAsync;
        Assert.Equal("and again", leader.Kv.Value.ToStringUtf8());
        Assert.Equal(leader.Kv.ModRevision - 1, third.Header.Revision);
        await Elections.ResignAsync(new ResignRequest { Leader = first.Leader }, Limited).ResponseAsync;
        Assert.Equal("E/3", (await second).Leader.Key.ToStringUtf8());
        Assert.Equal("two", await NextAsync(observed));
        await Elections.ResignAsync(new ResignRequest { Leader = first.Leader }, Limited).ResponseAsync;
        Assert.Equal(1, await CountAsync("E/3"));
    }

    private static ByteString Utf8(string text) => ByteString.CopyFromUtf8(text);

    private static async Task FailsAsync<T>(Func<Task<T>> call, string text)
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((StatusCode.Unknown, text), (error.StatusCode, error.Status.Detail));
    }

    private async Task<string> NextAsync(AsyncServerStreamingCall<LeaderResponse> observed) =>
        (await observed.ResponseStream.ReadAsync(_limit.Token))!.Kv.Value.ToStringUtf8();

    private Task<LockResponse> LockAsync(string name, long lease) =>
        Locks.LockAsync(new LockRequest { Name = Utf8(name), Lease = lease }, Limited).ResponseAsync;

    private Task<UnlockResponse> UnlockAsync(ByteString key) => Locks.UnlockAsync(new UnlockRequest { Key = key }, Limited).ResponseAsync;

    private Task<CampaignResponse> CampaignAsync(long lease, string value) =>
        Elections.CampaignAsync(new CampaignRequest { Name = Utf8("E"), Lease = lease, Value = Utf8(value) }, Limited).ResponseAsync;

    private Task QueuedAsync(string name, long lease) => Eventually.TrueAsync(
        async () => await CountAsync($"{name}/{lease:x}") == 1, TimeSpan.FromSeconds(20), () => $"lease {lease} is not in the queue");

    private async Task<long> CountAsync(string key) =>
        (await _node.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = Utf8(key), CountOnly = true })).Count;
}
