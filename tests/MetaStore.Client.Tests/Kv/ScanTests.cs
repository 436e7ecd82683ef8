using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Client.Kv;
using MetaStore.Client.Tests.Fakes;
using Grpc.Core;
using MetaStore.Protocol.Mvcc;

namespace MetaStore.Client.Tests.Kv;

public sealed class ScanTests : IDisposable
{
    private readonly FakeCluster _cluster = new(1);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Pages_AreOfTheFirstPagesRevision_AndStartAfterTheLastKey()
    {
        var revision = 10;
        _cluster.First.On<RangeRequest>("Range", request => Page(request, ["a", "b", "c", "d", "e"], revision++));

        var keys = await KeysAsync(new ScanOptions { PageSize = 2 });

        Assert.Equal(["a", "b", "c", "d", "e"], keys);
        var requests = _cluster.First.Requests<RangeRequest>("Range");
        Assert.Equal([0, 10, 10], requests.Select(request => request.Revision));
        Assert.Equal(["", "b\0", "d\0"], requests.Select(request => request.Key.ToStringUtf8().TrimStart('\0')));
        Assert.All(requests, request => Assert.Equal(2, request.Limit));
    }

    [Fact]
    public async Task OnePage_IsOneCall()
    {
        _cluster.First.On<RangeRequest>("Range", request => Page(request, ["a"], 3));
        Assert.Equal(["a"], await KeysAsync(new ScanOptions { Revision = 2, KeysOnly = true, Serializable = true }));
        var request = Assert.Single(_cluster.First.Requests<RangeRequest>("Range"));
        Assert.Equal((2, true, true), (request.Revision, request.KeysOnly, request.Serializable));
    }

    [Fact]
    public async Task CompactedBetweenPages_IsReportedToTheCaller()
    {
        _cluster.First.On<RangeRequest>(
            "Range", request => request.Revision == 0 ? Page(request, ["a", "b", "c"], 3) : new RpcException(new Status(StatusCode.OutOfRange, EtcdErrors.Compacted)));

        var failure = await Assert.ThrowsAsync<RpcException>(() => KeysAsync(new ScanOptions { PageSize = 2 }));

        Assert.True(failure.Is(EtcdErrors.Compacted));
    }

    [Fact]
    public async Task PageSizeOfNothing_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => KeysAsync(new ScanOptions { PageSize = 0 }));

    private static RangeResponse Page(RangeRequest request, string[] keys, long revision)
    {
        var rest = keys.Where(key => string.CompareOrdinal(key, request.Key.ToStringUtf8()) >= 0).ToArray();
        var page = new RangeResponse { Header = new ResponseHeader { Revision = revision }, More = rest.Length > request.Limit, Count = rest.Length };
        page.Kvs.Add(rest.Take((int)request.Limit).Select(key => new KeyValue { Key = ByteString.CopyFromUtf8(key) }));
        return page;
    }

    private async Task<List<string>> KeysAsync(ScanOptions options)
    {
        var keys = new List<string>();
        await foreach (var pair in _cluster.Client.Kv.ScanAsync(KeyRange.All, options))
        {
            keys.Add(pair.Key.ToStringUtf8());
        }

        return keys;
    }
}
