using MetaStore.Testing;

namespace MetaStore.Client.Tests.Processes;

/// <summary>Elections on a real member.</summary>
[Collection(nameof(OneAtATime))]
public sealed class ElectionTests(SingleNode node)
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly MetaStoreClient _client = node.Client;

    [Fact]
    public async Task LeadersFollowOneAnother_ObserversSeeAllTheySayInOrder()
    {
        using var stop = new CancellationTokenSource();
        var seen = new List<string>();
        var observing = ObserveAsync("city", seen, stop.Token);
        Assert.Null(await _client.Election.LeaderAsync("city"));

        var first = await _client.Election.CampaignAsync("city", "ann", Ttl);
        var second = _client.Election.CampaignAsync("city", "bob", Ttl);
        await Eventually.TrueAsync(() => Count(seen) == 1, Limit, () => "the observer does not see the leader");
        await first.ProclaimAsync("ann, at work");
        Assert.Equal("ann, at work", (await _client.Election.LeaderAsync("city"))!.Value.ToStringUtf8());
        await first.DisposeAsync();
        await using var leadership = await second.WaitAsync(Limit);
        await Eventually.TrueAsync(() => Count(seen) == 3, Limit, () => "the observer does not see the second leader");

        await stop.CancelAsync();
        await observing;
        Assert.Equal(["ann", "ann, at work", "bob"], seen);
        Assert.True(leadership.FencingToken > first.FencingToken);
    }

    [Fact]
    public async Task WhoDoesNotLeadAnyMore_CannotProclaim()
    {
        await using var leadership = await _client.Election.CampaignAsync("town", "ann", Ttl);
        await _client.Kv.DeleteAsync(leadership.Key);
        await Assert.ThrowsAsync<NotLeaderException>(() => leadership.ProclaimAsync("still me"));
        await Eventually.TrueAsync(() => leadership.Lost.IsCancellationRequested, Limit, () => "it still believes to lead");
        Assert.Null(await _client.Election.LeaderAsync("town"));
    }

    [Fact]
    public async Task SameLeaseAgain_ProclaimsTheNewValue()
    {
        await using var lease = await _client.Lease.HoldAsync(Ttl);
        var first = await _client.Election.CampaignAsync("village", "one", lease);
        var again = await _client.Election.CampaignAsync("village", "two", lease);

        Assert.Equal(first.FencingToken, again.FencingToken);
        Assert.Equal("two", (await _client.Election.LeaderAsync("village"))!.Value.ToStringUtf8());
        await again.DisposeAsync();
        await first.DisposeAsync();
        Assert.Null(await _client.Election.LeaderAsync("village"));
    }

    private static int Count(List<string> seen)
    {
        lock (seen)
        {
            return seen.Count;
        }
    }

    private async Task ObserveAsync(string name, List<string> seen, CancellationToken stop)
    {
        try
        {
            await foreach (var leader in _client.Election.ObserveAsync(name, stop))
            {
                lock (seen)
                {
                    seen.Add(leader.Value.ToStringUtf8());
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }
}
