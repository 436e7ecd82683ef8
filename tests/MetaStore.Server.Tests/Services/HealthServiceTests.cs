using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using MetaStore.Server.Listening;
using MetaStore.Server.Services;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Server.Tests.Hosting;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace MetaStore.Server.Tests.Services;

public sealed class HealthServiceTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly HealthService _service;
    private readonly EchoServer _server;
    private GrpcChannel _channel = null!;

    public HealthServiceTests()
    {
        _service = new HealthService(_stopping.Token);
        _server = new EchoServer(new ListenerOptions(), _service);
    }

    private Health.HealthClient Client => new(_channel);

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        _channel = GrpcChannel.ForAddress(_server.Address);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Check_Server_IsServing() => Assert.Equal(ServingStatus.Serving, (await Client.CheckAsync(new HealthCheckRequest())).Status);

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        var e = await Assert.ThrowsAsync<RpcException>(() => Client.CheckAsync(new HealthCheckRequest { Service = "nope" }).ResponseAsync);
        Assert.Equal((StatusCode.NotFound, "unknown service"), (e.StatusCode, e.Status.Detail));
    }

    [Fact]
    public async Task Watch_StatusChanges_AreSent()
    {
        using var call = Client.Watch(new HealthCheckRequest { Service = "db" });
        Assert.Equal(ServingStatus.ServiceUnknown, (await call.ResponseStream.ReadAsync())!.Status);
        _service.SetStatus("db", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, (await call.ResponseStream.ReadAsync())!.Status);
        _service.SetStatus("db", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, (await call.ResponseStream.ReadAsync())!.Status);
    }

    [Fact]
    public async Task Watch_ServerStops_IsNotifiedAndEnds()
    {
        using var call = Client.Watch(new HealthCheckRequest());
        Assert.Equal(ServingStatus.Serving, (await call.ResponseStream.ReadAsync())!.Status);

        await _stopping.CancelAsync();

        Assert.Equal(ServingStatus.NotServing, (await call.ResponseStream.ReadAsync())!.Status);
        Assert.Null(await call.ResponseStream.ReadAsync());
    }
}
