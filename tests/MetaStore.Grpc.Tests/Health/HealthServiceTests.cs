using Grpc.Health.V1;
using MetaStore.Grpc.Client;
using MetaStore.Grpc.Health;
using MetaStore.Grpc.Server;
using MetaStore.Grpc.Tests.Echoing;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace MetaStore.Grpc.Tests.Health;

public sealed class HealthServiceTests(EchoServer server) : IClassFixture<EchoServer>, IDisposable
{
    private static readonly Method<HealthCheckRequest, HealthCheckResponse> s_check = new(HealthService.Descriptor, "Check");
    private static readonly Method<HealthCheckRequest, HealthCheckResponse> s_watch = new(HealthService.Descriptor, "Watch");
    private readonly GrpcChannel _channel = new(server.Address);

    public void Dispose() => _channel.Dispose();

    [Fact]
    public async Task Check_Server_IsServing() =>
        Assert.Equal(ServingStatus.Serving, (await _channel.UnaryAsync(s_check, new HealthCheckRequest())).Status);

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        var e = await Assert.ThrowsAsync<RpcException>(() => _channel.UnaryAsync(s_check, new HealthCheckRequest { Service = "nope" }));
        Assert.Equal(new Status(StatusCode.NotFound, "unknown service"), e.Status);
    }

    [Fact]
    public async Task Watch_StatusChanges_AreTold()
    {
        await using var call = _channel.ServerStreaming(s_watch, new HealthCheckRequest { Service = "db" });
        Assert.Equal(ServingStatus.ServiceUnknown, (await call.ReadAsync())!.Status);
        server.Health.Set("db", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, (await call.ReadAsync())!.Status);
        server.Health.Set("db", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, (await call.ReadAsync())!.Status);
    }

    [Fact]
    public async Task Watch_ServerStops_IsToldAndEnds()
    {
        using var stopping = new CancellationTokenSource();
        var stoppable = new EchoServer(new GrpcServerOptions(), new HealthService(stopping.Token));
        await stoppable.InitializeAsync();
        using var channel = new GrpcChannel(stoppable.Address);
        await using var call = channel.ServerStreaming(s_watch, new HealthCheckRequest());
        Assert.Equal(ServingStatus.Serving, (await call.ReadAsync())!.Status);

        await stopping.CancelAsync();

        Assert.Equal(ServingStatus.NotServing, (await call.ReadAsync())!.Status);
        Assert.Null(await call.ReadAsync());
        await stoppable.DisposeAsync();
    }
}
