using MetaStore.Grpc.Server;
using MetaStore.Grpc.Tests.Echoing;

namespace MetaStore.Grpc.Tests.Server;

public sealed class ServiceBinderTests
{
    [Fact]
    public void Add_EchoService_BindsWhatIsThereWithDenseIndexes()
    {
        var table = new ServiceBinder().Add(EchoService.Descriptor, new EchoService()).Build();
        Assert.Equal(["Unary", "ServerStream", "ClientStream", "Duplex", "Wait"], table.Methods.Select(method => method.Name));
        Assert.Equal(Enumerable.Range(0, 5), table.Methods.Select(method => method.Index));
        Assert.Equal(MethodKind.DuplexStreaming, table.Find("/metastore.test.Echo/Duplex")!.Kind);
        Assert.Null(table.Find("/metastore.test.Echo/Absent"));
    }

    [Fact]
    public void Add_WrongShape_SaysWhichShapeItWants()
    {
        var e = Assert.Throws<ArgumentException>(() => new ServiceBinder().Add(EchoService.Descriptor, new WrongShape()));
        Assert.Contains("must be the only method of its name and have the shape", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_NothingFits_Throws() =>
        Assert.Throws<ArgumentException>(() => new ServiceBinder().Add(EchoService.Descriptor, new object()));

    [Fact]
    public void Add_Twice_Throws() => Assert.Throws<ArgumentException>(() =>
        new ServiceBinder().Add(EchoService.Descriptor, new EchoService()).Add(EchoService.Descriptor, new EchoService()));

    [Fact]
    public async Task InvokeAsync_Untyped_ReachesTheMethod()
    {
        var table = new ServiceBinder().Add(EchoService.Descriptor, new EchoService()).Build();
        var context = new LocalCallContext("test");
        var request = new EchoRequest { Code = 5, Detail = "gone" };
        await table.Find("/metastore.test.Echo/Unary")!.InvokeAsync(request, null, null, context);
        Assert.Equal(new Status(StatusCode.NotFound, "gone"), context.Status);
    }

    [Fact]
    public void EtcdServices_All_Have49Methods()
    {
        var services = new[]
        {
            EtcdServices.KV, EtcdServices.Watch, EtcdServices.Lease, EtcdServices.Cluster, EtcdServices.Maintenance, EtcdServices.Auth,
            EtcdServices.Lock, EtcdServices.Election,
        };
        Assert.Equal(49, services.Sum(service => service.Methods.Count));
    }

    private sealed class WrongShape
    {
        public EchoReply Unary(EchoRequest request) => new() { Payload = request.Payload };
    }
}
