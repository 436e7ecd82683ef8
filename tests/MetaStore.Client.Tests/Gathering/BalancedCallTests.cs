using Google.Protobuf;
using Grpc.Core;
using MetaStore.Client.Gathering;
using MetaStore.Client.Tests.Fakes;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;
using MetaStore.Testing;

namespace MetaStore.Client.Tests.Gathering;

/// <summary>Calls of the client that are gathered: what callers see is what they see of unary ones.</summary>
public sealed class BalancedCallTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeCluster _cluster = new(2, gathers: true);
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Cancel();
        _cluster.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Calls_AtOnce_ShareAStream_AndEachHasItsResult()
    {
        MakeBusy();
        _cluster.First.On<OperationsRequest>("Run", request => new OperationsResponse { Results = { request.Operations.Reverse().Select(Answer) } });

        var puts = Enumerable.Range(0, 20).Select(i => _cluster.Client.Kv.PutAsync(new PutRequest { Lease = i })).ToArray();

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), (await Task.WhenAll(puts)).Select(response => response.Header.Revision));
        Assert.Equal(20, Operations(0).Length);
        Assert.All(Operations(0), operation => Assert.Equal((long)TimeSpan.FromSeconds(5).TotalMicroseconds, operation.TimeoutUs));
    }

    [Fact]
    public async Task Read_ThatFails_IsMadeOnTheNextMember()
    {
        MakeBusy();
        _cluster.First.On<OperationsRequest>("Run", request => Errors(request, StatusCode.Unavailable, "etcdserver: no leader"));
        _cluster.Members[1].On<RangeRequest>("Range", _ => new RangeResponse { Count = 7 });

        Assert.Equal(7, (await _cluster.Client.Kv.RangeAsync(new RangeRequest())).Count);
        Assert.Equal(1, _cluster.Balancer.Current);
    }

    [Fact]
    public async Task Write_ThatMayHaveHappened_IsNotMadeAgain_ButTheMemberIsLeft()
    {
        MakeBusy();
        _cluster.First.On<OperationsRequest>("Run", request => Errors(request, StatusCode.Unavailable, "etcdserver: request timed out"));

        var failure = await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v"));

        Assert.Equal(new Status(StatusCode.Unavailable, "etcdserver: request timed out"), failure.Status);
        Assert.Equal(1, _cluster.Balancer.Current);
        Assert.Empty(_cluster.Members[1].Requests<PutRequest>("Put"));
    }

    [Fact]
    public async Task Answer_ThatIsAnError_IsTheCallers()
    {
        MakeBusy();
        _cluster.First.On<OperationsRequest>("Run", request => Errors(request, StatusCode.NotFound, EtcdErrors.LeaseNotFound));

        var failure = await Assert.ThrowsAsync<RpcException>(() => _cluster.Client.Kv.PutAsync("k", "v"));

        Assert.True(failure.Is(EtcdErrors.LeaseNotFound));
        Assert.Equal(0, _cluster.Balancer.Current);
    }

    [Fact]
    public async Task Token_EndsTheCall_AsCancelled()
    {
        MakeBusy();
        _cluster.First.On<OperationsRequest>("Run", _ => Array.Empty<object>());
        using var cancelled = new CancellationTokenSource();

        var put = _cluster.Client.Kv.PutAsync("k", "v", cancelled.Token);
        await Eventually.TrueAsync(() => Operations(0).Length == 1, Limit, () => "nothing was sent");
        await cancelled.CancelAsync();

        Assert.Equal(cancelled.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => put)).CancellationToken);
        Assert.True(put.IsCanceled);
    }

    [Fact]
    public async Task CommandTimeout_EndsTheCall_WithTheTextOfEtcdsClients()
    {
        MakeBusy();
        _cluster.First.On<OperationsRequest>("Run", _ => Array.Empty<object>());

        var put = _cluster.Client.Kv.PutAsync("k", "v");
        await Eventually.TrueAsync(() => Operations(0).Length == 1, Limit, () => "nothing was sent");
        _cluster.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(put.IsCompleted);
        _cluster.Time.Advance(TimeSpan.FromSeconds(0.2));

        var failure = await Assert.ThrowsAsync<RpcException>(() => put);
        Assert.Equal((StatusCode.DeadlineExceeded, "context deadline exceeded"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task ServerWithoutTheStream_HasEachCall_InTheFlowOfItsCaller()
    {
        MakeBusy();
        var flow = new AsyncLocal<string>();
        var seen = new List<string?>();
        _cluster.First.On<TxnRequest>("Txn", _ =>
        {
            seen.Add(flow.Value);
            return new TxnResponse { Succeeded = true };
        });

        flow.Value = "the caller";
        var txn = _cluster.Client.Kv.TxnAsync(new TxnRequest());
        flow.Value = "";

        Assert.True((await txn).Succeeded);
        Assert.Equal(["the caller"], seen);
    }

    [Fact]
    public async Task BrokenStream_CallsThatWereNotSentAreMadeAgain()
    {
        MakeBusy();
        var sent = new TaskCompletionSource();
        using var goOn = new ManualResetEventSlim();
        _cluster.First.On<TxnRequest>("Txn", _ => new TxnResponse { Succeeded = true });
        _cluster.First.On<OperationsRequest>("Run", _ =>
        {
            sent.SetResult();
            goOn.Wait(Limit);
            return FakeEndpoint.Unavailable("the connection broke");
        });

        var first = _cluster.Client.Kv.TxnAsync(new TxnRequest());
        await sent.Task.WaitAsync(Limit);
        var second = _cluster.Client.Kv.TxnAsync(new TxnRequest());
        _cluster.First.On<OperationsRequest>("Run", request => new OperationsResponse { Results = { request.Operations.Select(Answer) } });
        goOn.Set();

        Assert.Equal("the connection broke", (await Assert.ThrowsAsync<RpcException>(() => first)).Status.Detail);
        Assert.True((await second).Succeeded);
    }

    /// <summary>Three unary puts without an answer: the next call is the fourth at once.</summary>
    private void MakeBusy()
    {
        _cluster.OnAll<PutRequest>("Put", _ => null);
        for (var i = 1; i < GatheringInvoker.GatherFrom; i++)
        {
            _ = _cluster.Client.Kv.PutAsync(new PutRequest(), _stop.Token);
        }
    }

    private KvOperation[] Operations(int member) => [.. _cluster.Members[member].Requests<OperationsRequest>("Run").SelectMany(request => request.Operations)];

    private static OperationsResponse Errors(OperationsRequest request, StatusCode code, string text) =>
        new() { Results = { request.Operations.Select(operation => new KvResult { Id = operation.Id, Error = new KvError { Code = (int)code, Message = text } }) } };

    private static KvResult Answer(KvOperation operation) => operation.OperationCase == KvOperation.OperationOneofCase.Put
        ? new KvResult { Id = operation.Id, Put = new PutResponse { Header = new ResponseHeader { Revision = operation.Put.Lease } } }
        : new KvResult { Id = operation.Id, Txn = new TxnResponse { Succeeded = true } };
}
