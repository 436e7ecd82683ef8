using MetaStore.Client.Transactions;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Locks on a real member, together with etcdctl's.</summary>
[Collection(nameof(OneAtATime))]
public sealed class LockTests(SingleNode node)
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly MetaStoreClient _client = node.Client;

    [Fact]
    public async Task Second_WaitsForTheFirst_AndHasTheGreaterToken()
    {
        var first = await _client.Lock.AcquireAsync("two", Ttl);
        var waiting = _client.Lock.AcquireAsync("two", Ttl);
        await Eventually.TrueAsync(async () => await PlacesAsync("two") == 2, Limit, () => "no client is in the queue");
        Assert.False(waiting.IsCompleted);
        Assert.Null(await _client.Lock.TryAcquireAsync("two", Ttl));

        await first.DisposeAsync();
        await using var second = await waiting.WaitAsync(Limit);

        Assert.True(first.Lost.IsCancellationRequested);
        Assert.False(second.Lost.IsCancellationRequested);
        Assert.True(second.FencingToken > first.FencingToken);
        Assert.Equal(1, await PlacesAsync("two"));
    }

    [Fact]
    public async Task Cancelled_ReleasesItsPlace_AndNoCallWaitsForIt()
    {
        var first = await _client.Lock.AcquireAsync("cancelled", Ttl);
        using var stop = new CancellationTokenSource();
        var waiting = _client.Lock.AcquireAsync("cancelled", Ttl, stop.Token);
        await Eventually.TrueAsync(async () => await PlacesAsync("cancelled") == 2, Limit, () => "no client is in the queue");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, await PlacesAsync("cancelled"));
        await first.DisposeAsync();
        await using var next = await _client.Lock.TryAcquireAsync("cancelled", Ttl);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task KeyDeletedByAnotherClient_IsLost()
    {
        await using var held = await _client.Lock.AcquireAsync("deleted", Ttl);
        await _client.Kv.DeleteAsync(held.Key);
        await Eventually.TrueAsync(() => held.Lost.IsCancellationRequested, Limit, () => "it is still believed to be held");
        Assert.False((await _client.Txn().When(held.IsHeld).Then(Operation.Put("guarded", "1")).CommitAsync()).Succeeded);
    }

    [Fact]
    public async Task LeaseRevokedWhileWaiting_EndsTheWaiting()
    {
        await using var first = await _client.Lock.AcquireAsync("revoked", Ttl);
        await using var lease = await _client.Lease.HoldAsync(Ttl);
        var waiting = _client.Lock.AcquireAsync("revoked", lease);
        await Eventually.TrueAsync(async () => await PlacesAsync("revoked") == 2, Limit, () => "no client is in the queue");

        await lease.RevokeAsync();

        Assert.Equal(lease.Id, (await Assert.ThrowsAsync<LeaseLostException>(() => waiting)).LeaseId);
    }

    [Fact]
    public async Task SharedLease_OutlivesTheLock()
    {
        await using var lease = await _client.Lease.HoldAsync(Ttl);
        var held = await _client.Lock.AcquireAsync("shared", lease);
        Assert.True((await _client.Txn().When(held.IsHeld).Then(Operation.Put("guarded", "1")).CommitAsync()).Succeeded);

        await held.DisposeAsync();

        Assert.Equal(0, await PlacesAsync("shared"));
        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.True((await _client.Lease.TimeToLiveAsync(new MetaStore.Protocol.Etcd.LeaseTimeToLiveRequest { ID = lease.Id })).TTL > 0);
    }

    [Fact]
    public async Task KeyWithoutALease_UnderTheName_IsRefusedAtOnce_AndLeavesNothing()
    {
        await _client.Kv.PutAsync("blocked/done", "1");
        Bytes named = "blocked/done";

        Assert.Equal(named, (await Assert.ThrowsAsync<BlockedNameException>(() => _client.Lock.AcquireAsync("blocked", Ttl).WaitAsync(Limit))).Key);
        Assert.Equal(named, (await Assert.ThrowsAsync<BlockedNameException>(() => _client.Lock.TryAcquireAsync("blocked", Ttl))).Key);
        Assert.Equal(named, (await Assert.ThrowsAsync<BlockedNameException>(() => _client.Election.CampaignAsync("blocked", "me", Ttl).WaitAsync(Limit))).Key);
        Assert.Equal(1, await PlacesAsync("blocked"));
        await _client.Kv.DeleteAsync(named);
        await using var held = await _client.Lock.TryAcquireAsync("blocked", Ttl);
        Assert.NotNull(held);
    }

    [Fact]
    public async Task KeyWithoutALease_AfterAnOwner_IsFoundWhenItsTurnComes()
    {
        await using var first = await _client.Lock.AcquireAsync("later", Ttl);
        await _client.Kv.PutAsync("later/done", "1");
        await Assert.ThrowsAsync<BlockedNameException>(() => _client.Lock.AcquireAsync("later", Ttl).WaitAsync(Limit));
        Assert.False(first.Lost.IsCancellationRequested);
        Assert.Equal(2, await PlacesAsync("later"));
    }

    [SkippableFact]
    public async Task Etcdctl_WaitsForUs_AndWeForIt()
    {
        Skip.If(Programs.Etcdctl is null, "etcdctl is not installed");
        var held = await _client.Lock.AcquireAsync("both", Ttl);
        await using var other = ServerProcess.Start(Programs.Etcdctl, ["--endpoints", node.Endpoint, "lock", "both"]);
        await Eventually.TrueAsync(async () => await PlacesAsync("both") == 2, Limit, () => other.Output);
        Assert.Equal(string.Empty, other.Output);

        await held.DisposeAsync();
        await Eventually.TrueAsync(() => other.Output.StartsWith("both/", StringComparison.Ordinal), Limit, () => other.Output);
        var again = _client.Lock.AcquireAsync("both", Ttl);
        await Eventually.TrueAsync(async () => await PlacesAsync("both") == 2, Limit, () => "no client is in the queue");
        Assert.False(again.IsCompleted);
        await other.TerminateAsync();

        await using var ours = await again.WaitAsync(Limit);
        Assert.False(ours.Lost.IsCancellationRequested);
    }

    private async Task<long> PlacesAsync(string name)
    {
        var range = KeyRange.Prefix(name + "/");
        return (await _client.Kv.RangeAsync(new MetaStore.Protocol.Etcd.RangeRequest { Key = range.Key, RangeEnd = range.RangeEnd, CountOnly = true })).Count;
    }
}
