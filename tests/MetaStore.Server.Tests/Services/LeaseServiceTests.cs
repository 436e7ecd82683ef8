using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Services;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Services;

public abstract class LeaseServiceTests(string engine) : IAsyncLifetime
{

    private SingleNode _node = null!;

    public async Task InitializeAsync() => _node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [SkippableTheory]
    [InlineData(50, 1)]
    [InlineData(200, 1)]
    [InlineData(1000, 2)]
    [InlineData(1500, 3)]
    [InlineData(5000, 8)]
    public void TtlMin_IsOneAndAHalfElectionTimeoutsInWholeSeconds(int electionMilliseconds, long seconds) =>
        Assert.Equal(seconds, LeaseService.TtlMinOf(TimeSpan.FromMilliseconds(electionMilliseconds)));

    [SkippableFact]
    public async Task Grant_WithoutAnId_PicksAPositiveOneAndKeepsTheRevision()
    {
        LeaseGrantResponse one = await GrantAsync(0, 100);
        LeaseGrantResponse other = await GrantAsync(0, 100);
        Assert.True(one.ID > 0 && other.ID > 0 && one.ID != other.ID);
        Assert.Equal((100L, "", 1L), (one.TTL, one.Error, one.Header.Revision));
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1)]
    public async Task Grant_TtlBelowTheMinimum_IsRaised(long ttl) => Assert.Equal(1, (await GrantAsync(5, ttl)).TTL);

    [SkippableFact]
    public async Task Grant_Refusals_CarryEtcdsTexts()
    {
        await GrantAsync(-7, 9_000_000_000);
        await FailsAsync("Lease/LeaseGrant", new LeaseGrantRequest { ID = -7, TTL = 10 }, StatusCode.FailedPrecondition,
            "etcdserver: lease already exists");
        await FailsAsync("Lease/LeaseGrant", new LeaseGrantRequest { ID = 8, TTL = 9_000_000_001 }, StatusCode.OutOfRange,
            "etcdserver: too large lease TTL");
    }

    [SkippableFact]
    public async Task Revoke_WithKeys_DeletesThemInOneRevision()
    {
        await GrantAsync(5, 100);
        await PutAsync("a", 5);
        await PutAsync("b", 5);
        await PutAsync("b", 0);
        LeaseRevokeResponse response = await _node.CallAsync<LeaseRevokeResponse>("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 5 });
        Assert.Equal(5, response.Header.Revision);
        Assert.Equal(["b"], await KeysAsync());
        await FailsAsync("Lease/LeaseRevoke", new LeaseRevokeRequest { ID = 5 }, StatusCode.NotFound, "etcdserver: requested lease not found");
    }

    [SkippableFact]
    public async Task TimeToLive_OfALease_ReturnsTimesAndKeys_OfNoneMinusOne()
    {
        await GrantAsync(5, 100);
        await PutAsync("b", 5);
        await PutAsync("a", 5);
        LeaseTimeToLiveResponse lease = await TimeToLiveAsync(5, keys: true);
        Assert.Equal((5L, 100L), (lease.ID, lease.GrantedTTL));
        Assert.InRange(lease.TTL, 90, 100);
        Assert.Equal(["a", "b"], lease.Keys.Select(key => key.ToStringUtf8()));
        Assert.Empty((await TimeToLiveAsync(5, keys: false)).Keys);
        LeaseTimeToLiveResponse none = await TimeToLiveAsync(6, keys: true);
        Assert.Equal((6L, -1L, 0L, 3L), (none.ID, none.TTL, none.GrantedTTL, none.Header.Revision));
    }

    [SkippableFact]
    public async Task Leases_AreListedNextToRunOutFirst()
    {
        await GrantAsync(5, 300);
        await GrantAsync(6, 100);
        await GrantAsync(7, 200);
        LeaseLeasesResponse response = await _node.CallAsync<LeaseLeasesResponse>("Lease/LeaseLeases", new LeaseLeasesRequest());
        Assert.Equal([6L, 7L, 5L], response.Leases.Select(lease => lease.ID));
    }

    [SkippableFact]
    public async Task KeepAlive_Stream_AnswersEachRequestInOrderAndEndsOk()
    {
        await GrantAsync(5, 100);
        using var channel = GrpcChannel.ForAddress(_node.Url);
        using var call = new Lease.LeaseClient(channel).LeaseKeepAlive();
        foreach (long id in new long[] { 5, 99, 5 })
        {
            await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id });
        }

        await call.RequestStream.CompleteAsync();
        var answers = new List<(long, long)>();
        await foreach (LeaseKeepAliveResponse answer in call.ResponseStream.ReadAllAsync())
        {
            Assert.NotEqual(0UL, answer.Header.MemberId);
            answers.Add((answer.ID, answer.TTL));
        }

        Assert.Equal([(5L, 100L), (99L, 0L), (5L, 100L)], answers);
    }

    [SkippableFact]
    public async Task Expiry_LeaseNotRenewed_IsRevokedWithItsKeys()
    {
        await GrantAsync(5, 1);
        await GrantAsync(6, 100);
        await PutAsync("gone", 5);
        await PutAsync("stays", 6);
        await Eventually.TrueAsync(async () => (await KeysAsync()).SequenceEqual(["stays"]), TimeSpan.FromSeconds(20), () => "the lease runs out");
        Assert.Equal(-1, (await TimeToLiveAsync(5, keys: false)).TTL);
        Assert.Contains("etcd_debugging_server_lease_expired_total 1\n", await _node.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Restart_WithALease_GivesItItsFullTimeAgain()
    {
        await GrantAsync(5, 100);
        await PutAsync("a", 5);
        await _node.StopAsync();
        await _node.StartAsync();
        LeaseTimeToLiveResponse lease = await TimeToLiveAsync(5, keys: true);
        Assert.InRange(lease.TTL, 95, 100);
        Assert.Equal("a", lease.Keys.Single().ToStringUtf8());
    }

    private Task<LeaseGrantResponse> GrantAsync(long id, long ttl) =>
        _node.CallAsync<LeaseGrantResponse>("Lease/LeaseGrant", new LeaseGrantRequest { ID = id, TTL = ttl });

    private Task<LeaseTimeToLiveResponse> TimeToLiveAsync(long id, bool keys) =>
        _node.CallAsync<LeaseTimeToLiveResponse>("Lease/LeaseTimeToLive", new LeaseTimeToLiveRequest { ID = id, Keys = keys });

    private Task PutAsync(string key, long lease) =>
        _node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFromUtf8(key), Lease = lease });

    private async Task<IReadOnlyList<string>> KeysAsync()
    {
        ByteString all = ByteString.CopyFrom(0);
        RangeResponse response = await _node.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = all, RangeEnd = all });
        return [.. response.Kvs.Select(pair => pair.Key.ToStringUtf8())];
    }

    private async Task FailsAsync(string path, IMessage request, StatusCode code, string text)
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => _node.CallAsync<IMessage>(path, request));
        Assert.Equal(new Status(code, text), error.Status);
    }
}
