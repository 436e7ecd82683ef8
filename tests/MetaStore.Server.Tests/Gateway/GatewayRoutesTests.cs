using MetaStore.Protocol.Etcd;
using MetaStore.Server.Gateway;

namespace MetaStore.Server.Tests.Gateway;

public sealed class GatewayRoutesTests
{
    /// <summary>etcd has no route for RangeStream either; checkpoints of leases are not for clients.</summary>
    private static readonly string[] WithoutPath = ["/etcdserverpb.KV/RangeStream", "/etcdserverpb.Lease/LeaseCheckpoint"];

    [Fact]
    public void EveryMethodOfEtcd_HasAPath_AndEveryPathAMethod()
    {
        var services = new[]
        {
            KV.Descriptor, Protocol.Etcd.Watch.Descriptor, Lease.Descriptor, Cluster.Descriptor, Protocol.Etcd.Maintenance.Descriptor, Protocol.Etcd.Auth.Descriptor,
            Protocol.Locks.Lock.Descriptor, Protocol.Elections.Election.Descriptor,
        };
        var methods = services.SelectMany(service => service.Methods).Select(method => $"/{method.Service.FullName}/{method.Name}");
        Assert.Equal(
            methods.Except(WithoutPath).Order(StringComparer.Ordinal), GatewayRoutes.MethodPaths.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/v3/kv/range", "/etcdserverpb.KV/Range")]
    [InlineData("/v3beta/kv/range", "/etcdserverpb.KV/Range")]
    [InlineData("/v3/kv/lease/revoke", "/etcdserverpb.Lease/LeaseRevoke")]
    [InlineData("/v3/maintenance/hash", "/etcdserverpb.Maintenance/Hash")]
    [InlineData("/v3/maintenance/hashkv", "/etcdserverpb.Maintenance/HashKV")]
    [InlineData("/v3/kv", null)]
    [InlineData("/v3/", null)]
    public void TryFind_KnowsThePathsOfEtcd(string path, string? method)
    {
        Assert.Equal(method is not null, GatewayRoutes.TryFind(path, out var found));
        Assert.Equal(method, found);
    }
}
