using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Hosting;

namespace MetaStore.Server.Tests.Calls;

public sealed class CallGateTests : IAsyncLifetime, ICallGate
{
    private static readonly (StatusCode, string) s_overload = (StatusCode.ResourceExhausted, "etcdserver: too many requests");
    private static readonly (StatusCode, string) s_refusal = (StatusCode.Unavailable, "etcdserver: no leader");
    private readonly EchoServer _server;
    private GrpcChannel _channel = null!;

    public CallGateTests() => _server = new EchoServer(new ListenerOptions { Gate = this });

    Status ICallGate.Check(ServiceMethod method, ServerCall call) =>
        call.RequestHeader("hasleader") == "true" ? new Status(s_refusal.Item1, s_refusal.Item2) : Status.DefaultSuccess;

    bool ICallGate.IsOverloaded(ServiceMethod method, ServerCall call) => call.RequestHeader("overloaded") == "true";

    /// <summary>The call is rejected while the client has sent no message yet.</summary>
    [Fact]
    public async Task Overloaded_RejectsBeforeAMessageIsRead()
    {
        var client = new Echo.EchoClient(_channel);
        var headers = new Metadata { { "overloaded", "true" } };
        Assert.Equal(s_overload, await RefusalAsync(() => client.UnaryAsync(new EchoRequest(), headers).ResponseAsync));
        using var duplex = client.Duplex(headers);
        Assert.Equal(s_overload, await RefusalAsync(() => duplex.ResponseStream.ReadAsync()));
        await client.UnaryAsync(new EchoRequest());
    }

    [Fact]
    public async Task Gate_Refuses_EveryKindOfCall()
    {
        var client = new Echo.EchoClient(_channel);
        var headers = new Metadata { { "hasleader", "true" } };
        Assert.Equal(s_refusal, await RefusalAsync(() => client.UnaryAsync(new EchoRequest(), headers).ResponseAsync));
        using var server = client.ServerStream(new EchoRequest(), headers);
        Assert.Equal(s_refusal, await RefusalAsync(() => server.ResponseStream.ReadAsync()));
        using var duplex = client.Duplex(headers);
        Assert.Equal(s_refusal, await RefusalAsync(() => duplex.ResponseStream.ReadAsync()));
        await client.UnaryAsync(new EchoRequest());
    }

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        _channel = GrpcChannel.ForAddress(_server.Address);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task<(StatusCode Code, string Text)> RefusalAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        return (refused.StatusCode, refused.Status.Detail);
    }
}
