using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Tests.Fakes;
using Grpc.Core;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Tests.Watching;

public sealed class WatchClientTests : IDisposable
{
    private readonly FakeCluster _cluster = new(2);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task StreamBreaks_NextMemberContinuesAfterTheLastReturnedEvent()
    {
        _cluster.Members[0].On<WatchRequest>("Watch", _ => new object[] { Created(4), Put("a", 5), Put("b", 6), FakeEndpoint.Unavailable() });
        _cluster.Members[1].On<WatchRequest>("Watch", _ => new object[] { Created(8), Put("c", 7), Put("d", 8) });

        Assert.Equal(["a@5", "b@6", "c@7", "d@8"], await ChangesAsync(4));

        Assert.Equal(7, Assert.Single(_cluster.Members[1].Requests<WatchRequest>("Watch")).CreateRequest.StartRevision);
    }

    [Fact]
    public async Task BreaksBeforeTheFirstEvent_FromNowMeansFromWhenItWasMade()
    {
        _cluster.Members[0].On<WatchRequest>("Watch", _ => new object[] { Created(4), FakeEndpoint.Unavailable() });
        _cluster.Members[1].On<WatchRequest>("Watch", _ => new object[] { Created(9), Put("a", 5) });

        Assert.Equal(["a@5"], await ChangesAsync(1));

        Assert.Equal(5, Assert.Single(_cluster.Members[1].Requests<WatchRequest>("Watch")).CreateRequest.StartRevision);
    }

    [Fact]
    public async Task Fragments_BreakInTheMiddle_TheRevisionIsDeliveredCompletelyAndOnce()
    {
        var half = Put("a", 5);
        half.Fragment = true;
        _cluster.Members[0].On<WatchRequest>("Watch", _ => new object[] { Created(4), half, FakeEndpoint.Unavailable() });
        _cluster.Members[1].On<WatchRequest>("Watch", _ => new object[] { Created(5), half.Clone(), Put("b", 5), Put("c", 6) });

        Assert.Equal(["a@5", "b@5", "c@6"], await ChangesAsync(3));
    }

    [Fact]
    public async Task Compacted_IsReportedToTheCaller()
    {
        _cluster.OnAll<WatchRequest>("Watch", _ => new WatchResponse { Created = false, Canceled = true, CompactRevision = 17, Header = new ResponseHeader() });
        Assert.Equal(17, (await Assert.ThrowsAsync<WatchCompactedException>(() => ChangesAsync(1))).CompactRevision);
    }

    [Fact]
    public async Task Refused_IsNotTriedAgain()
    {
        _cluster.OnAll<WatchRequest>("Watch", _ => new RpcException(new Status(StatusCode.PermissionDenied, "etcdserver: permission denied")));
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => ChangesAsync(1))).StatusCode);
        Assert.Single(_cluster.Members[0].Requests<WatchRequest>("Watch"));
    }

    private static WatchResponse Created(long revision) => new() { Created = true, Header = new ResponseHeader { Revision = revision } };

    private static WatchResponse Put(string key, long revision)
    {
        var response = new WatchResponse { Header = new ResponseHeader { Revision = revision } };
        response.Events.Add(new Event { Kv = new KeyValue { Key = ByteString.CopyFromUtf8(key), ModRevision = revision } });
        return response;
    }

    /// <summary>The first changes as key@revision.</summary>
    private async Task<List<string>> ChangesAsync(int count)
    {
        var seen = new List<string>();
        var watching = Task.Run(async () =>
        {
            await foreach (var change in _cluster.Client.Watch.ChangesAsync(KeyRange.All))
            {
                seen.Add($"{change.Kv.Key.ToStringUtf8()}@{change.Kv.ModRevision}");
                if (seen.Count == count)
                {
                    break;
                }
            }
        });
        await _cluster.UntilAsync(() => watching.IsCompleted, "events are missing");
        await watching;
        return seen;
    }
}
