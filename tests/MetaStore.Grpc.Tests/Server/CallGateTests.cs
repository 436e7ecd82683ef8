using MetaStore.Grpc.Client;
using MetaStore.Grpc.Server;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Server;

public sealed class CallGateTests : IAsyncLifetime, ICallGate
{
    private static readonly Status s_refusal = new(StatusCode.Unavailable, "etcdserver: no leader");
    private readonly EchoServer _server;
    private readonly GrpcChannel _channel;

    public CallGateTests()
    {
        _server = new EchoServer(new GrpcServerOptions { Gate = this });
        _server.InitializeAsync().GetAwaiter().GetResult();
        _channel = new GrpcChannel(_server.Address);
    }

    public Status Check(ServiceMethod method, CallContext context) =>
        context.RequestHeader("hasleader") == "true" ? s_refusal : Status.OK;

    [Fact]
    public async Task Gate_Refuses_EveryKindOfCall()
    {
        var options = new CallOptions { Headers = new Metadata { { "hasleader", "true" } } };
        var unary = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest(), options));
        Assert.Equal(s_refusal, unary.Status);
        await using var server = _channel.ServerStreaming(EchoMethods.ServerStream, new EchoRequest(), options);
        Assert.Equal(s_refusal, (await Assert.ThrowsAsync<RpcException>(async () => await server.ReadAsync())).Status);
        await using var duplex = _channel.OpenStream(EchoMethods.Duplex, options);
        Assert.Equal(s_refusal, (await Assert.ThrowsAsync<RpcException>(async () => await duplex.ReadAsync())).Status);
        await _channel.UnaryAsync(EchoMethods.Unary, new EchoRequest());
    }

    [Fact]
    public async Task Gate_Refuses_WriterLearnsWhy()
    {
        var options = new CallOptions { Headers = new Metadata { { "hasleader", "true" } } };
        for (var round = 0; round < 50; round++)
        {
            await using var duplex = _channel.OpenStream(EchoMethods.Duplex, options);
            var e = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (true)
                {
                    await duplex.WriteAsync(new EchoRequest());
                }
            });
            Assert.Equal(s_refusal, e.Status);
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }
}
