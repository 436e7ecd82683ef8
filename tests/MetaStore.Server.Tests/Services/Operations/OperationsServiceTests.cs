using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Server.Services.Operations;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Services.Operations;

/// <summary>metastore.v1.Operations over the wire, on one node.</summary>
public sealed class OperationsServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _limit = new(Limit);
    private SingleNode _node = null!;
    private GrpcChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _node = await SingleNode.StartNewAsync("--max-txn-ops=8");
        await _node.SettledAsync();
        _channel = GrpcChannel.ForAddress(_node.Url, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _node.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Operations_OfEachKind_HaveTheirResults()
    {
        await PutAsync("a", "0");
        Dictionary<ulong, KvResult> results = await RunAsync(
            new KvOperation { Id = 7, Put = new PutRequest { Key = Of("a"), Value = Of("1"), PrevKv = true } },
            new KvOperation { Id = ulong.MaxValue, Range = new RangeRequest { Key = Of("b") } },
            new KvOperation { Id = 0, DeleteRange = new DeleteRangeRequest { Key = Of("c") } },
            new KvOperation { Id = 3, Txn = new TxnRequest { Success = { new RequestOp { RequestPut = new PutRequest { Key = Of("d") } } } } });

        Assert.Equal("0", results[7].Put.PrevKv.Value.ToStringUtf8());
        Assert.Empty(results[ulong.MaxValue].Range.Kvs);
        Assert.Equal(0, results[0].DeleteRange.Deleted);
        Assert.True(results[3].Txn.Succeeded);
        Assert.Equal(["1"], (await KvClient().RangeAsync(new RangeRequest { Key = Of("a") })).Kvs.Select(pair => pair.Value.ToStringUtf8()));
    }

    /// <summary>What a call refuses is refused in the same words, and the other operations of the stream are not touched by it.</summary>
    [Fact]
    public async Task Operations_ThatFail_HaveTheStatusOfTheCall()
    {
        var large = new PutRequest { Key = Of("large"), Value = ByteString.CopyFrom(new byte[1_600_000]) };
        var many = new TxnRequest();
        many.Success.AddRange(Enumerable.Range(0, 9).Select(i => new RequestOp { RequestPut = new PutRequest { Key = Of($"{i}") } }));
        KvOperation[] failing =
        [
            new() { Put = new PutRequest() },
            new() { Put = new PutRequest { Key = Of("k"), Lease = 12345 } },
            new() { Put = new PutRequest { Key = Of("missing"), IgnoreValue = true } },
            new() { Put = large },
            new() { Range = new RangeRequest() },
            new() { Range = new RangeRequest { Key = Of("k"), Revision = 1_000_000 } },
            new() { Range = new RangeRequest { Key = Of("k"), SortOrder = (RangeRequest.Types.SortOrder)17 } },
            new() { DeleteRange = new DeleteRangeRequest() },
            new() { Txn = many },
        ];
        foreach (KvOperation operation in failing)
        {
            Status call = await StatusOfCallAsync(operation);
            operation.Id = 1;
            Dictionary<ulong, KvResult> results = await RunAsync(operation, new KvOperation { Id = 2, Put = new PutRequest { Key = Of("beside") } });

            Assert.Equal((call.StatusCode, call.Detail), ((StatusCode)results[1].Error.Code, results[1].Error.Message));
            Assert.NotEqual(StatusCode.OK, call.StatusCode);
            Assert.NotNull(results[2].Put);
        }
    }

    [Fact]
    public async Task Operation_OfNoKnownKind_IsUnimplemented()
    {
        Dictionary<ulong, KvResult> results = await RunAsync(new KvOperation { Id = 5 });

        Assert.Equal(((int)StatusCode.Unimplemented, "unknown operation"), (results[5].Error.Code, results[5].Error.Message));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(0)]
    public async Task Timeout_AtItsExtremes_DoesNotEndTheOperation(long microseconds)
    {
        Dictionary<ulong, KvResult> results = await RunAsync(new KvOperation { Id = 1, TimeoutUs = microseconds, Put = new PutRequest { Key = Of("k") } });

        Assert.NotNull(results[1].Put);
    }

    [Fact]
    public async Task ManyOperations_AllHaveOneResult_AndArePutInFewEntries()
    {
        const int count = 3 * OperationStream.OpenMost;
        long before = await MetricAsync("metastore_batch_batches_total");
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call = Open();
        Task<Dictionary<ulong, KvResult>> reading = ReadAllAsync(call);
        foreach (int[] numbers in Enumerable.Range(0, count).Chunk(500))
        {
            var message = new OperationsRequest();
            message.Operations.AddRange(numbers.Select(i => new KvOperation { Id = (ulong)i, Put = new PutRequest { Key = Of($"many/{i}"), Value = Of("v") } }));
            await call.RequestStream.WriteAsync(message, _limit.Token);
        }

        await call.RequestStream.CompleteAsync();
        Dictionary<ulong, KvResult> results = await reading;

        Assert.Equal(count, results.Count);
        Assert.All(results.Values, result => Assert.NotNull(result.Put));
        Assert.Equal(count, results.Values.Select(result => result.Put.Header.Revision).Distinct().Count());
        Assert.Equal(count, await MetricAsync("metastore_operations_total"));
        Assert.Equal(count, await MetricAsync("metastore_operation_results_total"));
        Assert.Equal((count + 499) / 500, await MetricAsync("metastore_operation_requests_total"));
        Assert.InRange(await MetricAsync("metastore_operation_responses_total"), 1, count / 8);
        await Eventually.TrueAsync(async () => await MetricAsync("metastore_operation_streams") == 0, Limit, () => "a stream is still counted");
        Assert.Equal(0, await MetricAsync("metastore_operations_in_flight"));
        Assert.Equal(0, await MetricAsync("metastore_operation_results_unsent"));
        long entries = await MetricAsync("metastore_batch_batches_total") - before;
        Assert.InRange(entries, 1, count / 8);
        Assert.Equal(count, await MetricAsync("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"}"));
    }

    /// <summary>The stream itself is one call; a sum over methods counts each operation once.</summary>
    [Fact]
    public async Task Metrics_CountAnOperationOnce_AndTheStreamAsOneCall()
    {
        await RunAsync([.. Enumerable.Range(0, 5).Select(i => new KvOperation { Id = (ulong)i, Put = new PutRequest { Key = Of($"{i}") } })]);
        await Eventually.TrueAsync(
            async () => await MetricAsync("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"Run\",grpc_service=\"metastore.v1.Operations\",grpc_type=\"bidi_stream\"}") == 1,
            Limit, () => "the stream is open");
        Assert.Equal(5, await MetricAsync("grpc_server_started_total{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"}"));
        Assert.Equal(0, await MetricAsync("grpc_server_msg_received_total{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"}"));
        Assert.Equal(1, await MetricAsync("grpc_server_msg_received_total{grpc_method=\"Run\",grpc_service=\"metastore.v1.Operations\",grpc_type=\"bidi_stream\"}"));
    }

    /// <summary>Objects of puts are used again: a result has nothing of an earlier one.</summary>
    [Fact]
    public async Task Puts_OneAfterTheOther_HaveTheirOwnResults()
    {
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call = Open();
        PutRequest[] puts = [new() { Key = Of("a"), Value = Of("1") }, new() { Key = Of("a"), PrevKv = true }, new(), new() { Key = Of("b") }];
        List<KvResult> results = [];
        foreach (PutRequest put in puts)
        {
            await call.RequestStream.WriteAsync(new OperationsRequest { Operations = { new KvOperation { Id = (ulong)results.Count, Put = put } } }, _limit.Token);
            Assert.True(await call.ResponseStream.MoveNext(_limit.Token));
            results.Add(Assert.Single(call.ResponseStream.Current.Results).Clone());
        }

        Assert.Equal([0UL, 1, 2, 3], results.Select(result => result.Id));
        Assert.Equal("1", results[1].Put.PrevKv.Value.ToStringUtf8());
        Assert.Equal((int)StatusCode.InvalidArgument, results[2].Error.Code);
        Assert.Null(results[3].Put.PrevKv);
        Assert.Equal(results[1].Put.Header.Revision + 1, results[3].Put.Header.Revision);
    }

    [Fact]
    public async Task Message_WithTooManyOperations_EndsTheStream()
    {
        KvOperation[] many = [.. Enumerable.Range(0, OperationStream.OpenMost + 1).Select(_ => new KvOperation())];

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => RunAsync(many));
        Assert.Equal((StatusCode.InvalidArgument, "more than 1024 operations in one message"), (refused.StatusCode, refused.Status.Detail));
        Assert.Equal(OperationStream.OpenMost, (await RunAsync([.. many.Skip(1).Select((operation, id) => new KvOperation { Id = (ulong)id })])).Count);
    }

    [Fact]
    public async Task Stream_WhoseClientLeaves_LeavesNothingOpen()
    {
        using (AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call = Open())
        {
            var message = new OperationsRequest();
            message.Operations.AddRange(Enumerable.Range(0, 1000).Select(i => new KvOperation { Id = (ulong)i, Put = new PutRequest { Key = Of($"left/{i}") } }));
            await call.RequestStream.WriteAsync(message, _limit.Token);
            await call.ResponseStream.MoveNext(_limit.Token);
        }

        await Eventually.TrueAsync(async () => (await BatchingAsync()).Admission.Held == 0, Limit, () => "credits are held");
        await Eventually.TrueAsync(
            async () => await MetricAsync("grpc_server_handled_total{grpc_code=\"Canceled\",grpc_method=\"Run\",grpc_service=\"metastore.v1.Operations\",grpc_type=\"bidi_stream\"}") == 1,
            Limit, () => "the stream is open");
    }

    /// <summary>Needs the connection to be left to the client to close: <see cref="MetaStore.Server.Listening.Http2.LingeringClose"/>.</summary>
    [Fact]
    public async Task Stream_AtTheStopOfTheMember_EndsWithItsStatus()
    {
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call = Open();
        await call.RequestStream.WriteAsync(new OperationsRequest { Operations = { new KvOperation { Id = 1, Put = new PutRequest { Key = Of("k") } } } }, _limit.Token);
        Assert.True(await call.ResponseStream.MoveNext(_limit.Token));
        Task stopping = _node.StopAsync();

        RpcException ended = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_limit.Token));

        Assert.Equal((StatusCode.Unavailable, "etcdserver: server stopped"), (ended.StatusCode, ended.Status.Detail));
        await stopping;
    }

    private static ByteString Of(string text) => ByteString.CopyFromUtf8(text);

    private KV.KVClient KvClient() => new(_channel);

    private Task PutAsync(string key, string value) => KvClient().PutAsync(new PutRequest { Key = Of(key), Value = Of(value) }).ResponseAsync;

    private Task<GetBatchingResponse> BatchingAsync() => _node.CallAsync<GetBatchingResponse>("/metastore.v1.Batching/Get", new GetBatchingRequest());

    private AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> Open() => new Protocol.V1.Operations.OperationsClient(_channel).Run(cancellationToken: _limit.Token);

    private async Task<Dictionary<ulong, KvResult>> RunAsync(params KvOperation[] operations)
    {
        using AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call = Open();
        await call.RequestStream.WriteAsync(new OperationsRequest { Operations = { operations } }, _limit.Token);
        await call.RequestStream.CompleteAsync();
        return await ReadAllAsync(call);
    }

    private async Task<Dictionary<ulong, KvResult>> ReadAllAsync(AsyncDuplexStreamingCall<OperationsRequest, OperationsResponse> call)
    {
        var results = new Dictionary<ulong, KvResult>();
        while (await call.ResponseStream.MoveNext(_limit.Token))
        {
            foreach (KvResult result in call.ResponseStream.Current.Results)
            {
                results.Add(result.Id, result);
            }
        }

        return results;
    }

    private async Task<Status> StatusOfCallAsync(KvOperation operation)
    {
        try
        {
            await (operation.OperationCase switch
            {
                KvOperation.OperationOneofCase.Put => (Task)KvClient().PutAsync(operation.Put).ResponseAsync,
                KvOperation.OperationOneofCase.Range => KvClient().RangeAsync(operation.Range).ResponseAsync,
                KvOperation.OperationOneofCase.DeleteRange => KvClient().DeleteRangeAsync(operation.DeleteRange).ResponseAsync,
                _ => KvClient().TxnAsync(operation.Txn).ResponseAsync,
            });
            return Status.DefaultSuccess;
        }
        catch (RpcException refused)
        {
            return refused.Status;
        }
    }

    private async Task<long> MetricAsync(string sample)
    {
        string page = await _node.Http.GetStringAsync("/metrics");
        return page.Split('\n').FirstOrDefault(line => line.StartsWith(sample + " ", StringComparison.Ordinal)) is { } line ? long.Parse(line[(sample.Length + 1)..]) : 0;
    }
}
