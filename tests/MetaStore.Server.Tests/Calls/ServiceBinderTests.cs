using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Tests.Calls.Echoing;

namespace MetaStore.Server.Tests.Calls;

public sealed class ServiceBinderTests
{
    [Fact]
    public void Add_EchoService_BindsWhatIsThereWithDenseIndexes()
    {
        var table = new ServiceBinder().Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService())).Build();
        Assert.Equal(["Unary", "ServerStream", "Duplex", "Wait"], table.Methods.Select(method => method.Name));
        Assert.Equal(Enumerable.Range(0, 4), table.Methods.Select(method => method.Index));
        Assert.Equal(MethodType.DuplexStreaming, table.Find("/metastore.test.Echo/Duplex")!.Kind);
        Assert.Null(table.Find("/metastore.test.Echo/Absent"));
    }

    [Fact]
    public void Add_NothingFits_Throws() =>
        Assert.Throws<ArgumentException>(() => new ServiceBinder().Add(Echo.Descriptor, binder => Echo.BindService(binder, new Nothing())));

    [Fact]
    public void Add_Twice_Throws() => Assert.Throws<ArgumentException>(() =>
        new ServiceBinder().Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService())).Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService())));

    [Fact]
    public async Task InvokeAsync_Untyped_ReachesTheMethod()
    {
        var table = new ServiceBinder().Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService())).Build();
        var context = new LocalCallContext("test");
        var request = new EchoRequest { Code = 5, Detail = "gone" };
        var failed = await Assert.ThrowsAsync<RpcException>(() => table.Find("/metastore.test.Echo/Unary")!.InvokeAsync(request, null, null, context));
        Assert.Equal((StatusCode.NotFound, "gone"), (failed.StatusCode, failed.Status.Detail));
    }

    [Fact]
    public void EtcdServices_All_Have49Methods()
    {
        var services = new[]
        {
            KV.Descriptor, Protocol.Etcd.Watch.Descriptor, Lease.Descriptor, Cluster.Descriptor, Protocol.Etcd.Maintenance.Descriptor, Protocol.Etcd.Auth.Descriptor,
            Protocol.Locks.Lock.Descriptor, Protocol.Elections.Election.Descriptor,
        };
        Assert.Equal(49, services.Sum(service => service.Methods.Count));
    }

    private sealed class Nothing : Echo.EchoBase;
}
