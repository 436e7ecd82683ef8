using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Responses;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Gateway;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway;

/// <summary>A call over JSON is counted, judged and ended like one over gRPC.</summary>
public sealed class GatewayCallTests : KV.KVBase, ICallGate
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly SeenCalls _observer = new();
    private readonly CallPlaces _places = new(1);
    private readonly MemoryStream _body = new();
    private readonly DefaultHttpContext _http = new();
    private readonly ServiceMethod _range;
    private Func<ServerCall, Task<RangeResponse>> _answer = _ => Task.FromResult(new RangeResponse { Count = 3 });
    private Status _refusal = Status.DefaultSuccess;
    private Status _judgement = Status.DefaultSuccess;

    public GatewayCallTests()
    {
        _range = new ServiceBinder().Add(KV.Descriptor, binder => KV.BindService(binder, this)).Build().Find("/etcdserverpb.KV/Range")!;
        _http.Response.Body = _body;
    }

    public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context) => _answer(ServerCall.Of(context));

    Status ICallGate.Check(ServiceMethod method, ServerCall call) => _refusal;

    ValueTask<Status> ICallGate.JudgeAsync(ServiceMethod method, ServerCall call) => new(_judgement);

    [Fact]
    public async Task Answered_IsShownWithItsMessages_BeforeItEnds()
    {
        Assert.Equal((200, """{"count":"3"}"""), await RunAsync("{}"));
        Assert.Equal(["started Range", "unary RangeRequest RangeResponse OK", "ended OK"], _observer.Seen);
        Assert.Equal("application/json", _http.Response.ContentType);
    }

    [Fact]
    public async Task Failed_IsShownWithoutAResponse_AndEndsWithItsCode()
    {
        _answer = _ => throw new RpcException(new Status(StatusCode.OutOfRange, "compacted"));
        Assert.Equal((400, """{"error":"compacted","message":"compacted","code":11}"""), await RunAsync("{}"));
        Assert.Equal(["started Range", "unary RangeRequest none OutOfRange compacted", "ended OutOfRange"], _observer.Seen);
    }

    [Fact]
    public async Task RefusedByTheGate_NeverReachesTheMethod_NorItsBodyTheReader()
    {
        _answer = _ => throw new InvalidOperationException("called");
        _refusal = new Status(StatusCode.Unavailable, "etcdserver: no leader");
        Assert.Equal(503, (await RunAsync("no json")).Status);
        Assert.Equal(["started Range", "handled Unavailable etcdserver: no leader", "ended Unavailable"], _observer.Seen);
    }

    [Fact]
    public async Task RefusedByTheJudge_IsShownAsRefused()
    {
        _answer = _ => throw new InvalidOperationException("called");
        _judgement = new Status(StatusCode.PermissionDenied, "etcdserver: permission denied");
        Assert.Equal((403, """{"error":"etcdserver: permission denied","message":"etcdserver: permission denied","code":7}"""), await RunAsync("{}"));
        Assert.Equal(["started Range", "handled PermissionDenied etcdserver: permission denied", "ended PermissionDenied"], _observer.Seen);
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData(" \n", 200)]
    [InlineData("{} trailing", 200)]
    [InlineData("{}{\"key\":5}", 200)]
    [InlineData("{", 400)]
    [InlineData("{\"key\":5}", 400)]
    public async Task Body_IsItsFirstValue_OrAnEmptyMessage(string body, int status)
    {
        Assert.Equal(status, (await RunAsync(body)).Status);
        Assert.Equal(status == 200 ? "ended OK" : "ended InvalidArgument", _observer.Seen[^1]);
    }

    /// <summary>It is the server's fault, which its log names: it must not be counted as a client that went away.</summary>
    [Fact]
    public async Task MethodThatThrows_EndsAsUnknown_AndTheListenerLogsIt()
    {
        _answer = _ => throw new InvalidOperationException("broken");
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("{}"))).Message);
        Assert.Equal("ended Unknown", _observer.Seen[^1]);
        await PlaceIsFreeAsync();
    }

    [Fact]
    public async Task ClientThatDisconnects_IsAnsweredNothing_AndCountedAsCancelled()
    {
        using var gone = new CancellationTokenSource();
        _http.RequestAborted = gone.Token;
        _answer = async call =>
        {
            await gone.CancelAsync();
            call.CancellationToken.ThrowIfCancellationRequested();
            return new RangeResponse();
        };
        Assert.Equal("", (await RunAsync("{}")).Body);
        Assert.Equal("ended Cancelled", _observer.Seen[^1]);
        await PlaceIsFreeAsync();
    }

    [Fact]
    public async Task Deadline_CountsWhileTheCallWaitsForAPlace()
    {
        using IDisposable taken = await _places.TakeAsync(CancellationToken.None);
        _http.Request.Headers["Grpc-Timeout"] = "20m";
        Assert.Equal((504, """{"error":"context deadline exceeded","message":"context deadline exceeded","code":4}"""), await RunAsync("{}"));
        Assert.Equal(["started Range", "ended DeadlineExceeded"], _observer.Seen);
    }

    [Fact]
    public async Task HeldMemory_IsReleasedOnceTheResponseIsWritten()
    {
        var hold = new Hold(_body);
        _answer = call =>
        {
            call.HoldUntilSent(hold);
            return Task.FromResult(new RangeResponse { Count = 3 });
        };
        await RunAsync("{}");
        Assert.Equal(13, hold.WrittenWhenDisposed);
    }

    [Fact]
    public async Task HeldMemory_OfACallThatFails_IsReleased()
    {
        var hold = new Hold(_body);
        _answer = call =>
        {
            call.HoldUntilSent(hold);
            throw new RpcException(new Status(StatusCode.NotFound, "none"));
        };
        await RunAsync("{}");
        Assert.Equal(0, hold.WrittenWhenDisposed);
    }

    private async Task PlaceIsFreeAsync() => (await _places.TakeAsync(CancellationToken.None).AsTask().WaitAsync(Limit)).Dispose();

    private async Task<(int Status, string Body)> RunAsync(string body)
    {
        _http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        await new GatewayCall(_http, _range, this, _observer, _places, 1 << 20, traces: null).RunAsync().WaitAsync(Limit);
        return (_http.Response.StatusCode, Encoding.UTF8.GetString(_body.ToArray()));
    }

    private sealed class Hold(MemoryStream body) : IResponseHold
    {
        public long? WrittenWhenDisposed { get; private set; }

        public bool IsOverdue => false;

        public void OnSending()
        {
        }

        public void Dispose() => WrittenWhenDisposed = WrittenWhenDisposed is null ? body.Length : throw new InvalidOperationException("released twice");
    }
}
