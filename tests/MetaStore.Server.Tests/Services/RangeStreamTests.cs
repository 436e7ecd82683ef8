using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing.Processes;
using static MetaStore.Protocol.Etcd.RangeRequest.Types;

namespace MetaStore.Server.Tests.Services;

/// <summary>KV.RangeStream over the wire.</summary>
public abstract class RangeStreamTests(string engine) : IAsyncLifetime
{
    private const int Keys = 3000;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private SingleNode _node = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _node = await SingleNode.StartNewAsync(EngineFlags.Of(engine));
        _channel = GrpcChannel.ForAddress(_node.Url);
        for (int i = 0; i < Keys; i += 100)
        {
            var txn = new TxnRequest();
            txn.Success.AddRange(Enumerable.Range(i, 100).Select(key => new RequestOp
            {
                RequestPut = new PutRequest { Key = Utf8($"k{key:d4}"), Value = Utf8(new string('v', 1000)) },
            }));
            await _node.CallAsync<TxnResponse>("KV/Txn", txn);
        }
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _node.DisposeAsync();
        _limit.Dispose();
    }

    [SkippableTheory]
    [InlineData(0, false)]
    [InlineData(1234, true)]
    [InlineData(10, false)]
    public async Task Messages_Merged_AreTheRangeResponse(long limit, bool keysOnly)
    {
        var request = new RangeRequest { Key = Utf8("k"), RangeEnd = Utf8("l"), Limit = limit, KeysOnly = keysOnly };
        List<RangeResponse> messages = await StreamAsync(request);
        Assert.Equal(await _node.CallAsync<RangeResponse>("KV/Range", request), Merged(messages));
        Assert.True(messages[0].Kvs.Count <= 10);
        Assert.All(messages, message => Assert.True(message.CalculateSize() < 1_600_000));
        Assert.All(messages.SkipLast(1), message => Assert.Equal((null, 0L, false), (message.Header, message.Count, message.More)));
    }

    [SkippableTheory]
    [InlineData("k", "l", true)]
    [InlineData("k0001", "", false)]
    [InlineData("l", "k", false)]
    [InlineData("x", "z", false)]
    public async Task SmallAnswers_AreOneMessage(string key, string end, bool countOnly)
    {
        var request = new RangeRequest { Key = Utf8(key), RangeEnd = Utf8(end), CountOnly = countOnly };
        Assert.Equal(await _node.CallAsync<RangeResponse>("KV/Range", request), Assert.Single(await StreamAsync(request)));
    }

    [SkippableFact]
    public async Task WhatCannotBeStreamed_IsRefused()
    {
        var range = new RangeRequest { Key = Utf8("k"), RangeEnd = Utf8("l") };
        await RefusedAsync(new RangeRequest(), StatusCode.InvalidArgument, "etcdserver: key is not provided");
        await RefusedAsync(new RangeRequest(range) { SortOrder = SortOrder.Descend }, StatusCode.Unimplemented, "RangeStream does not support custom sort orders");
        await RefusedAsync(new RangeRequest(range) { MaxModRevision = 1 }, StatusCode.Unimplemented, "RangeStream does not support revision filters");
        await RefusedAsync(new RangeRequest(range) { Revision = 99 }, StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision");
        Assert.NotEmpty(await StreamAsync(new RangeRequest(range) { SortOrder = SortOrder.Ascend }));
        Assert.NotEmpty(await StreamAsync(new RangeRequest(range) { SortTarget = SortTarget.Mod }));
    }

    private static RangeResponse Merged(IEnumerable<RangeResponse> messages)
    {
        var merged = new RangeResponse();
        foreach (RangeResponse message in messages)
        {
            merged.MergeFrom(message);
        }

        return merged;
    }

    private async Task<List<RangeResponse>> StreamAsync(RangeRequest request)
    {
        using AsyncServerStreamingCall<RangeStreamResponse> call = new KV.KVClient(_channel).RangeStream(request);
        var messages = new List<RangeResponse>();
        await foreach (RangeStreamResponse message in call.ResponseStream.ReadAllAsync(_limit.Token))
        {
            messages.Add(message.RangeResponse);
        }

        return messages;
    }

    private async Task RefusedAsync(RangeRequest request, StatusCode code, string text)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => StreamAsync(request));
        Assert.Equal((code, text), (refused.StatusCode, refused.Status.Detail));
    }

    private static ByteString Utf8(string text) => ByteString.CopyFromUtf8(text);
}
