using Google.Protobuf;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Tests.Ownership;

public sealed class ElectionQueueTests : IDisposable
{
    private readonly FakeCluster _cluster = new(1);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Observe_WaitsForALeader_FollowsIt_AndThenTheNextOne()
    {
        // No leader; a candidate comes; it leads with "1", publishes "2" and goes; the next one leads with "3".
        var ranges = new Queue<RangeResponse>([Leaders(5), Leaders(6, Pair("e/a", "1", 6)), Leaders(8, Pair("e/b", "3", 8))]);
        _cluster.First.On<RangeRequest>("Range", _ => ranges.Dequeue());
        var watches = new Queue<object[]>(
        [
            [Changes(5), Changes(6, Put("e/a", "1", 6))],
            [Changes(6), Changes(7, Put("e/a", "2", 7)), Changes(8, Delete("e/a", 8))],
            [Changes(8)],
        ]);
        _cluster.First.On<WatchRequest>("Watch", _ => watches.Dequeue());

        Assert.Equal(["1", "2", "3"], await ObserveAsync(3));

        var requests = _cluster.First.Requests<WatchRequest>("Watch").Select(request => (request.CreateRequest.Key.ToStringUtf8(), request.CreateRequest.StartRevision));
        Assert.Equal([("e/", 6), ("e/a", 7)], requests.Take(2));
    }

    [Fact]
    public async Task Observe_CompactedWithoutANewValue_ReturnsItOnce()
    {
        var ranges = new Queue<RangeResponse>([Leaders(6, Pair("e/a", "1", 6)), Leaders(9, Pair("e/a", "1", 6)), Leaders(12, Pair("e/a", "2", 11))]);
        _cluster.First.On<RangeRequest>("Range", _ => ranges.Dequeue());
        _cluster.First.On<WatchRequest>("Watch", _ => ranges.Count == 0
            ? new WatchResponse { Created = true, Header = new ResponseHeader { Revision = 12 } }
            : new WatchResponse { Canceled = true, CompactRevision = 8, Header = new ResponseHeader() });
        Assert.Equal(["1", "2"], await ObserveAsync(2));
    }

    [Fact]
    public async Task Leader_OfAnEmptyElection_IsNull()
    {
        _cluster.First.On<RangeRequest>("Range", _ => Leaders(5));
        Assert.Null(await _cluster.Client.Election.LeaderAsync("e"));
        var request = Assert.Single(_cluster.First.Requests<RangeRequest>("Range"));
        Assert.Equal(("e/", "e0", 1), (request.Key.ToStringUtf8(), request.RangeEnd.ToStringUtf8(), request.Limit));
    }

    [Fact]
    public async Task Proclaim_AfterTheKeyIsGone_IsRefused()
    {
        var queue = new FakeQueue(_cluster);
        await using var leadership = await _cluster.Client.Election.CampaignAsync("job", "here", TimeSpan.FromSeconds(9));
        await leadership.ProclaimAsync("there");
        queue.Remove("job/2a");
        Assert.Equal("election: not leader", (await Assert.ThrowsAsync<NotLeaderException>(() => leadership.ProclaimAsync("nowhere"))).Message);
    }

    private static RangeResponse Leaders(long revision, params KeyValue[] first) => new() { Header = new ResponseHeader { Revision = revision }, Kvs = { first } };

    private static KeyValue Pair(string key, string value, long revision) => new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), ModRevision = revision };

    private static WatchResponse Changes(long revision, params Event[] changes) => new() { Created = changes.Length == 0, Header = new ResponseHeader { Revision = revision }, Events = { changes } };

    private static Event Put(string key, string value, long revision) => new() { Kv = Pair(key, value, revision) };

    private static Event Delete(string key, long revision) => new() { Type = Event.Types.EventType.Delete, Kv = Pair(key, "", revision) };

    private async Task<List<string>> ObserveAsync(int count)
    {
        var seen = new List<string>();
        var observing = Task.Run(async () =>
        {
            await foreach (var leader in _cluster.Client.Election.ObserveAsync("e"))
            {
                seen.Add(leader.Value.ToStringUtf8());
                if (seen.Count == count)
                {
                    return;
                }
            }
        });
        await _cluster.UntilAsync(() => observing.IsCompleted, "a leader is missing");
        await observing;
        return seen;
    }
}
