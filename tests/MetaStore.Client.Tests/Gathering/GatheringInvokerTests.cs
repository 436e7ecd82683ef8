using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Gathering;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Testing;

namespace MetaStore.Client.Tests.Gathering;

/// <summary>Which calls share a stream, and how they end when it does.</summary>
public sealed class GatheringInvokerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeEndpoint _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly GatheringInvoker _invoker;
    private readonly KV.KVClient _kv;

    public GatheringInvokerTests()
    {
        _invoker = new GatheringInvoker(_server, _server, new Uri("http://fake:2379"), _time);
        _kv = new KV.KVClient(_invoker);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _invoker.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Call_ThatIsAlone_IsSentAsItIs()
    {
        _server.On<PutRequest>("Put", _ => new PutResponse());

        for (var i = 0; i < 10; i++)
        {
            await PutAsync("k");
        }

        Assert.Equal(10, _server.Requests<PutRequest>("Put").Length);
        Assert.Empty(_server.Requests<OperationsRequest>("Run"));
    }

    [Fact]
    public async Task Calls_AtOnce_ShareAStream_AndEachHasItsResult()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", request => new OperationsResponse { Results = { request.Operations.Reverse().Select(Answer) } });

        var gets = Enumerable.Range(0, 10).Select(i => _kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("r"), Revision = i }).ResponseAsync).ToArray();
        var puts = Enumerable.Range(0, 10).Select(i => _kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8("p"), Lease = i }).ResponseAsync).ToArray();
        var deleted = await _kv.DeleteRangeAsync(new DeleteRangeRequest { Key = ByteString.CopyFromUtf8("d") });
        var txn = await _kv.TxnAsync(new TxnRequest());

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), (await Task.WhenAll(gets)).Select(response => response.Count));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), (await Task.WhenAll(puts)).Select(response => response.Header.Revision));
        Assert.Equal((1, true), (deleted.Deleted, txn.Succeeded));
        Assert.Empty(_server.Requests<RangeRequest>("Range"));
    }

    [Fact]
    public async Task Calls_ThatCannotShare_AreSentAlone()
    {
        MakeBusy();
        _server.On<TxnRequest>("Txn", _ => new TxnResponse());
        _server.On<RangeRequest>("Range", _ => new RangeResponse());
        _server.On<CompactionRequest>("Compact", _ => new CompactionResponse());

        var large = new TxnRequest { Success = { new RequestOp { RequestPut = new PutRequest { Value = ByteString.CopyFrom(new byte[GatheredOperation.BytesMost]) } } } };
        await _kv.TxnAsync(large);
        await _kv.TxnAsync(new TxnRequest(), new CallOptions(new Metadata { { "traceparent", "00-1" } }));
        await _kv.TxnAsync(new TxnRequest(), new CallOptions(credentials: CallCredentials.FromInterceptor((_, _) => Task.CompletedTask)));
        await _kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8("b") });
        await _kv.CompactAsync(new CompactionRequest());

        Assert.Empty(_server.Requests<OperationsRequest>("Run"));
    }

    [Fact]
    public async Task Error_OfOneOperation_IsItsCallsAlone()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", request => new OperationsResponse
        {
            Results = { request.Operations.Select(operation => operation.OperationCase == KvOperation.OperationOneofCase.Put ? Error(operation, StatusCode.NotFound, "none") : Answer(operation)) },
        });

        var put = PutAsync("k");
        await _kv.TxnAsync(new TxnRequest());

        var refused = await Assert.ThrowsAsync<RpcException>(() => put);
        Assert.Equal(new Status(StatusCode.NotFound, "none"), refused.Status);
    }

    [Fact]
    public async Task Result_OfAnotherKind_FailsTheCall()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", request => new OperationsResponse { Results = { new KvResult { Id = request.Operations[0].Id, Txn = new TxnResponse() } } });

        Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => PutAsync("k"))).StatusCode);
    }

    [Fact]
    public async Task ServerWithoutTheStream_HasEachCall_AndIsNotAskedAgainForAMinute()
    {
        MakeBusy();
        _server.On<TxnRequest>("Txn", _ => new TxnResponse { Succeeded = true });

        Assert.True((await _kv.TxnAsync(new TxnRequest())).Succeeded);
        Assert.True((await _kv.TxnAsync(new TxnRequest())).Succeeded);
        Assert.Single(_server.Requests<OperationsRequest>("Run"));

        _time.Advance(TimeSpan.FromMinutes(2));
        _server.On<OperationsRequest>("Run", request => new OperationsResponse { Results = { request.Operations.Select(Answer) } });
        await _kv.TxnAsync(new TxnRequest());

        Assert.Equal(2, _server.Requests<OperationsRequest>("Run").Length);
        Assert.Equal(2, _server.Requests<TxnRequest>("Txn").Length);
    }

    [Fact]
    public async Task BrokenStream_SentCallsMayHaveHappened_AndAreNotSentAgain()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", _ => FakeEndpoint.Unavailable("the connection broke"));

        var failure = await Assert.ThrowsAsync<RpcException>(() => PutAsync("k"));

        Assert.Equal((StatusCode.Unavailable, "the connection broke"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal(3, _server.Requests<PutRequest>("Put").Length);
    }

    [Fact]
    public async Task ServerThatCannotBeReached_TheCallSaysSoItself()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", _ => FakeEndpoint.Unreachable());
        _server.On<TxnRequest>("Txn", _ => FakeEndpoint.Unreachable());

        Assert.True((await Assert.ThrowsAsync<RpcException>(async () => await _kv.TxnAsync(new TxnRequest()))).IsUnreachable());
    }

    [Fact]
    public async Task Token_ThatFires_EndsTheCall_AndItsResultIsIgnored()
    {
        MakeBusy();
        var held = new List<KvOperation>();
        _server.On<OperationsRequest>("Run", request =>
        {
            held.AddRange(request.Operations);
            return held.Count < 2 ? Array.Empty<object>() : new OperationsResponse { Results = { held.Select(Answer) } };
        });
        using var cancelled = new CancellationTokenSource();

        var put = _kv.PutAsync(new PutRequest(), cancellationToken: cancelled.Token).ResponseAsync;
        await Eventually.TrueAsync(() => _server.Requests<OperationsRequest>("Run").Length == 1, Limit, () => "nothing was sent");
        await cancelled.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => put)).StatusCode);
        Assert.True((await _kv.TxnAsync(new TxnRequest())).Succeeded);
    }

    [Fact]
    public async Task Token_ThatHasFired_NothingIsSent()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", request => new OperationsResponse { Results = { request.Operations.Select(Answer) } });

        var put = _kv.PutAsync(new PutRequest(), cancellationToken: new CancellationToken(canceled: true)).ResponseAsync;

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => put)).StatusCode);
        Assert.True((await _kv.TxnAsync(new TxnRequest())).Succeeded);
        Assert.DoesNotContain(_server.Requests<OperationsRequest>("Run"), request => request.Operations.Any(operation => operation.Put is not null));
    }

    [Fact]
    public async Task Deadline_IsSent_AndEndsTheCallHereToo()
    {
        MakeBusy();
        _server.On<OperationsRequest>("Run", _ => Array.Empty<object>());

        var put = _kv.PutAsync(new PutRequest(), deadline: _time.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(3)).ResponseAsync;
        await Eventually.TrueAsync(() => _server.Requests<OperationsRequest>("Run").Length == 1, Limit, () => "nothing was sent");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(put.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => put)).StatusCode);
        Assert.Equal(3_000_000, _server.Requests<OperationsRequest>("Run")[0].Operations[0].TimeoutUs);
    }

    [Fact]
    public async Task CallersThatAreResumedTogether_ShareTheNextMessage()
    {
        const int Callers = 200;
        const int Calls = 20;
        MakeBusy();
        var first = new List<KvOperation>();
        _server.On<OperationsRequest>("Run", request =>
        {
            // The first calls of all are answered together.
            first.AddRange(first.Count < Callers ? request.Operations : []);
            var answered = first.Count < Callers ? [] : first.Contains(request.Operations[0]) ? first : request.Operations.ToList();
            return new OperationsResponse { Results = { answered.Select(Answer) } };
        });

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                await PutAsync("k");
            }
        })));

        var sizes = _server.Requests<OperationsRequest>("Run").Select(request => request.Operations.Count).ToArray();
        Assert.Equal(Callers * Calls, sizes.Sum());
        Assert.True(sizes.Count(size => size > Callers / 2) > Calls / 2, $"{sizes.Length} messages: {string.Join(' ', sizes)}");
    }

    /// <summary>Three unary puts without an answer: the next call is the fourth at once.</summary>
    private void MakeBusy()
    {
        _server.On<PutRequest>("Put", _ => null);
        for (var i = 1; i < GatheringInvoker.GatherFrom; i++)
        {
            _ = _kv.PutAsync(new PutRequest(), cancellationToken: _stop.Token);
        }
    }

    private Task<PutResponse> PutAsync(string key) => _kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key) }).ResponseAsync;

    private static KvResult Answer(KvOperation operation) => operation.OperationCase switch
    {
        KvOperation.OperationOneofCase.Put => new KvResult { Id = operation.Id, Put = new PutResponse { Header = new ResponseHeader { Revision = operation.Put.Lease } } },
        KvOperation.OperationOneofCase.Range => new KvResult { Id = operation.Id, Range = new RangeResponse { Count = operation.Range.Revision } },
        KvOperation.OperationOneofCase.DeleteRange => new KvResult { Id = operation.Id, DeleteRange = new DeleteRangeResponse { Deleted = 1 } },
        _ => new KvResult { Id = operation.Id, Txn = new TxnResponse { Succeeded = true } },
    };

    private static KvResult Error(KvOperation operation, StatusCode code, string text) =>
        new() { Id = operation.Id, Error = new KvError { Code = (int)code, Message = text } };
}
