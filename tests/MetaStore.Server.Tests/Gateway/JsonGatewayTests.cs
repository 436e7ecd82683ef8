using System.Text;
using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Gateway;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway;

public sealed class JsonGatewayTests
{
    [Fact]
    public async Task Post_CallsTheMethod_AndWritesItsAnswerWithoutSpaces()
    {
        var (status, body) = await SendAsync("POST", "/v3/kv/range", "{\"key\":\"YQ==\"}");
        Assert.Equal((200, "{\"header\":{\"revision\":\"9007199254740993\"},\"kvs\":[{\"key\":\"YQ==\",\"value\":\"PD4m\"}],\"count\":\"1\"}"), (status, body));
    }

    [Fact]
    public async Task FailedMethod_BecomesAnErrorBody()
    {
        var (status, body) = await SendAsync("POST", "/v3/kv/put", "{}");
        Assert.Equal((429, "{\"error\":\"etcdserver: too many \\\"requests\\\"\",\"message\":\"etcdserver: too many \\\"requests\\\"\",\"code\":8}"), (status, body));
    }

    [Fact]
    public async Task StreamThatFails_EndsWithAnErrorLine()
    {
        var (status, body) = await SendAsync("POST", "/v3/watch", "{\"create_request\":{\"key\":\"YQ==\"}}{\"cancel_request\":{}}");
        Assert.Equal(200, status);
        Assert.Equal(
            "{\"result\":{\"created\":true}}\n{\"error\":{\"grpc_code\":14,\"http_code\":503,\"message\":\"no leader\",\"http_status\":\"Service Unavailable\"}}\n",
            body);
    }

    [Fact]
    public async Task Metadata_ReachesTheMethod()
    {
        var (status, body) = await SendAsync("POST", "/v3/kv/deleterange", "", ("Authorization", "secret"), ("Grpc-Metadata-HasLeader", "true"));
        Assert.Equal((404, "secret true"), (status, ErrorOf(body)));
    }

    [Fact]
    public async Task Gate_IsPassedFirst()
    {
        var (status, body) = await SendAsync("POST", "/v3/kv/range", "{}", ("Grpc-Metadata-Refuse", "yes"));
        Assert.Equal((503, "refused"), (status, ErrorOf(body)));
    }

    [Theory]
    [InlineData("x", 400, "invalid grpc-timeout: x")]
    [InlineData("1", 400, "invalid grpc-timeout: 1")]
    [InlineData("S", 400, "invalid grpc-timeout: S")]
    [InlineData("9223372036854775808S", 400, "invalid grpc-timeout: 9223372036854775808S")]
    [InlineData("-1S", 504, "context deadline exceeded")]
    [InlineData("-9223372036854775808H", 504, "context deadline exceeded")]
    [InlineData("1n", 504, "context deadline exceeded")]
    [InlineData("10m", 504, "context deadline exceeded")]
    public async Task Timeout_OfTheHeader_EndsTheCall(string timeout, int status, string error)
    {
        var (actual, body) = await SendAsync("POST", "/v3/kv/compaction", "{}", ("Grpc-Timeout", timeout));
        Assert.Equal((status, error), (actual, ErrorOf(body)));
    }

    [Fact]
    public async Task Calls_BeyondTheBoundOnStreams_WaitForAPlace()
    {
        var places = new CallPlaces(2);
        var first = await places.TakeAsync(default);
        await places.TakeAsync(default);
        var third = places.TakeAsync(default).AsTask();
        using var ending = new CancellationTokenSource();
        var gone = places.TakeAsync(ending.Token).AsTask();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third.WaitAsync(TimeSpan.FromSeconds(20))).Dispose();
    }

    [Theory]
    [InlineData("POST", "/v3/kv/txn", 501)]
    [InlineData("POST", "/v3/kv/nothing", 404)]
    [InlineData("GET", "/v3/kv/range", 405)]
    [InlineData("OPTIONS", "/v3/kv/range", 200)]
    [InlineData("GET", "/health", 299)]
    public async Task OtherRequests_HaveTheStatusOfEtcd(string method, string path, int expected) =>
        Assert.Equal(expected, (await SendAsync(method, path, "{}")).Status);

    private static string ErrorOf(string body) => System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("error").GetString()!;

    private static async Task<(int Status, string Body)> SendAsync(string method, string path, string body, params (string Name, string Value)[] headers)
    {
        var services = new ServiceBinder()
            .Add(KV.Descriptor, binder => KV.BindService(binder, new FakeKv()))
            .Add(Protocol.Etcd.Watch.Descriptor, binder => Protocol.Etcd.Watch.BindService(binder, new FakeWatch()))
            .Build();
        var gateway = new OriginAccess(
            ["*"], new JsonGateway(services, new ListenerOptions { MaxReceiveMessageBytes = 1 << 20, Gate = new RefusingGate() }, new Pages()));
        var answer = new StartedBody();
        var context = new DefaultHttpContext { Request = { Method = method, Path = path, Body = new MemoryStream(Encoding.UTF8.GetBytes(body)) } };
        context.Features.Set<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>(answer);
        context.Response.Body = answer.Bytes;
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        await gateway.HandleAsync(context);
        Assert.Equal("*", context.Response.Headers.AccessControlAllowOrigin);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(answer.Bytes.ToArray()));
    }

    private sealed class FakeKv : KV.KVBase
    {
        public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context)
        {
            var response = new RangeResponse { Header = new ResponseHeader { Revision = 9007199254740993 }, Count = 1 };
            response.Kvs.Add(new MetaStore.Protocol.Mvcc.KeyValue { Key = request.Key, Value = ByteString.CopyFromUtf8("<>&") });
            return Task.FromResult(response);
        }

        public override Task<PutResponse> Put(PutRequest request, ServerCallContext context) =>
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "etcdserver: too many \"requests\""));

        public override async Task<CompactionResponse> Compact(CompactionRequest request, ServerCallContext context)
        {
            Assert.NotNull(ServerCall.Of(context).Timeout);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new CompactionResponse();
        }

        public override Task<DeleteRangeResponse> DeleteRange(DeleteRangeRequest request, ServerCallContext context) =>
            throw new RpcException(new Status(StatusCode.NotFound, $"{context.RequestHeaders.GetValue("authorization")} {context.RequestHeaders.GetValue("hasleader")}"));
    }

    private sealed class FakeWatch : Protocol.Etcd.Watch.WatchBase
    {
        public override async Task Watch(IAsyncStreamReader<WatchRequest> requests, IServerStreamWriter<WatchResponse> responses, ServerCallContext context)
        {
            while (await requests.MoveNext(context.CancellationToken) && requests.Current.CreateRequest is not null)
            {
                await responses.WriteAsync(new WatchResponse { Created = true });
            }

            throw new RpcException(new Status(StatusCode.Unavailable, "no leader"));
        }
    }

    private sealed class RefusingGate : ICallGate
    {
        public Status Check(ServiceMethod method, ServerCall call) =>
            call.RequestHeader("refuse") is null ? Status.DefaultSuccess : new Status(StatusCode.Unavailable, "refused");
    }

    private sealed class Pages : IHttpFallback
    {
        public Task HandleAsync(HttpContext context)
        {
            context.Response.StatusCode = 299;
            return Task.CompletedTask;
        }
    }

    /// <summary>Reports HasStarted after bytes were written, as a real server does.</summary>
    private sealed class StartedBody : Microsoft.AspNetCore.Http.Features.HttpResponseFeature
    {
        public MemoryStream Bytes { get; } = new();

        public override bool HasStarted => Bytes.Length > 0;
    }
}
