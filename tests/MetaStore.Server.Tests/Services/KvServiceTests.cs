using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Services;

public abstract class KvServiceTests(string engine) : IAsyncLifetime
{
    private SingleNode _node = null!;

    public async Task InitializeAsync() => _node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [SkippableFact]
    public async Task Put_FirstOfAnEmptyStore_HasRevisionTwoAndAFullHeader()
    {
        PutResponse response = await PutAsync("a", "1");
        Assert.Equal(2, response.Header.Revision);
        Assert.NotEqual(0UL, response.Header.ClusterId);
        Assert.NotEqual(0UL, response.Header.MemberId);
        Assert.NotEqual(0UL, response.Header.RaftTerm);
        Assert.Null(response.PrevKv);
    }

    [SkippableFact]
    public async Task Put_WithPrevKv_GivesThePairBefore()
    {
        await PutAsync("a", "1");
        PutResponse response = await _node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = Utf8("a"), Value = Utf8("2"), PrevKv = true });
        Assert.Equal("1", response.PrevKv.Value.ToStringUtf8());
        Assert.Equal(1, response.PrevKv.Version);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Range_OfAPrefix_GivesPairsInKeyOrder(bool serializable)
    {
        await PutAsync("b", "2");
        await PutAsync("a", "1");
        RangeResponse response = await _node.CallAsync<RangeResponse>(
            "KV/Range", new RangeRequest { Key = Utf8("a"), RangeEnd = Utf8("z"), Serializable = serializable });
        Assert.Equal(["a", "b"], response.Kvs.Select(pair => pair.Key.ToStringUtf8()));
        Assert.Equal(2, response.Count);
        Assert.Equal(3, response.Header.Revision);
    }

    [SkippableFact]
    public async Task Range_OfAFutureRevision_IsOutOfRange()
    {
        await FailsAsync("KV/Range", new RangeRequest { Key = Utf8("a"), Revision = 99 }, StatusCode.OutOfRange,
            "etcdserver: mvcc: required revision is a future revision");
    }

    [SkippableFact]
    public async Task Put_Refusals_CarryEtcdsTexts()
    {
        await FailsAsync("KV/Put", new PutRequest(), StatusCode.InvalidArgument, "etcdserver: key is not provided");
        await FailsAsync("KV/Put", new PutRequest { Key = Utf8("a"), IgnoreValue = true }, StatusCode.InvalidArgument, "etcdserver: key not found");
        await FailsAsync("KV/Put", new PutRequest { Key = Utf8("a"), Lease = 7 }, StatusCode.NotFound, "etcdserver: requested lease not found");
    }

    [SkippableFact]
    public async Task Put_ValueAtTheLimit_PassesAndAboveItIsTooLarge()
    {
        await PutAsync("a", new string('x', 1_572_764));
        await FailsAsync("KV/Put", new PutRequest { Key = Utf8("a"), Value = Utf8(new string('x', 1_572_864)) }, StatusCode.InvalidArgument,
            "etcdserver: request is too large");
    }

    [SkippableFact]
    public async Task DeleteRange_OfTwoKeys_CountsThemAndMovesTheRevisionOnce()
    {
        await PutAsync("a", "1");
        await PutAsync("b", "2");
        DeleteRangeResponse response = await _node.CallAsync<DeleteRangeResponse>(
            "KV/DeleteRange", new DeleteRangeRequest { Key = Utf8("a"), RangeEnd = Utf8("z"), PrevKv = true });
        Assert.Equal((2L, 4L, 2), (response.Deleted, response.Header.Revision, response.PrevKvs.Count));
    }

    [SkippableFact]
    public async Task Txn_PutThenRange_SeesThePutAndNestsHeadersAsEtcd()
    {
        var txn = new TxnRequest();
        txn.Compare.Add(new Compare { Key = Utf8("a"), Target = Compare.Types.CompareTarget.Version, Version = 0 });
        txn.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Utf8("a"), Value = Utf8("1") } });
        txn.Success.Add(new RequestOp { RequestRange = new RangeRequest { Key = Utf8("a") } });
        TxnResponse response = await _node.CallAsync<TxnResponse>("KV/Txn", txn);
        Assert.True(response.Succeeded);
        Assert.Equal(2, response.Header.Revision);
        Assert.Equal("1", response.Responses[1].ResponseRange.Kvs[0].Value.ToStringUtf8());
        Assert.Equal((2L, 0UL), (response.Responses[0].ResponsePut.Header.Revision, response.Responses[0].ResponsePut.Header.MemberId));
    }

    [SkippableFact]
    public async Task Txn_OnlyRanges_IsServedWithoutALogEntry()
    {
        await _node.SettledAsync();
        await PutAsync("a", "1");
        StatusResponse before = await _node.CallAsync<StatusResponse>("Maintenance/Status", new StatusRequest());
        var txn = new TxnRequest();
        txn.Success.Add(new RequestOp { RequestRange = new RangeRequest { Key = Utf8("a") } });
        TxnResponse response = await _node.CallAsync<TxnResponse>("KV/Txn", txn);
        Assert.Single(response.Responses[0].ResponseRange.Kvs);
        StatusResponse after = await _node.CallAsync<StatusResponse>("Maintenance/Status", new StatusRequest());
        Assert.Equal(before.RaftIndex, after.RaftIndex);
    }

    [SkippableFact]
    public async Task Compact_ThenReadBelow_IsCompacted()
    {
        await PutAsync("a", "1");
        await PutAsync("a", "2");
        await _node.CallAsync<CompactionResponse>("KV/Compact", new CompactionRequest { Revision = 3, Physical = true });
        await FailsAsync("KV/Range", new RangeRequest { Key = Utf8("a"), Revision = 2 }, StatusCode.OutOfRange,
            "etcdserver: mvcc: required revision has been compacted");
    }

    [SkippableFact]
    public async Task Put_ManyAtOnce_AllGetRevisionsOfTheirOwn()
    {
        PutResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => PutAsync("k" + i, "v")));
        Assert.Equal(500, responses.Select(response => response.Header.Revision).Distinct().Count());
        Assert.Equal(501, responses.Max(response => response.Header.Revision));
    }

    [SkippableFact]
    public async Task Restart_AfterWrites_KeepsThemAndTheRevision()
    {
        await PutAsync("a", "1");
        await PutAsync("a", "2");
        await _node.StopAsync();
        await _node.StartAsync();
        RangeResponse response = await _node.CallAsync<RangeResponse>("KV/Range", new RangeRequest { Key = Utf8("a") });
        Assert.Equal(("2", 3L, 2L), (response.Kvs[0].Value.ToStringUtf8(), response.Header.Revision, response.Kvs[0].Version));
    }

    private static ByteString Utf8(string text) => ByteString.CopyFromUtf8(text);

    private Task<PutResponse> PutAsync(string key, string value) =>
        _node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = Utf8(key), Value = Utf8(value) });

    private async Task FailsAsync(string path, IMessage request, StatusCode code, string text)
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => _node.CallAsync<IMessage>(path, request));
        Assert.Equal(new Status(code, text), error.Status);
    }
}
