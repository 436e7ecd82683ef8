using Grpc.Health.V1;
using Grpc.Reflection;
using MetaStore.Protocol.Elections;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.Locks;
using MetaStore.Protocol.V1;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Services;

/// <summary>Each service object under its generated descriptor.</summary>
internal static class ServiceBindings
{
    public static ServiceBinder AddKv(this ServiceBinder services, KvService kv) =>
        services.Add<RangeRequest>(KV.Descriptor, binder => KV.BindService(binder, kv), kv.RangeEncoded);

    public static ServiceBinder AddWatch(this ServiceBinder services, WatchService watch) =>
        services.Add<WatchRequest>(Protocol.Etcd.Watch.Descriptor, binder => Protocol.Etcd.Watch.BindService(binder, watch), watch.WatchEncoded);

    public static ServiceBinder AddLease(this ServiceBinder services, Lease.LeaseBase lease) =>
        services.Add(Lease.Descriptor, binder => Lease.BindService(binder, lease));

    public static ServiceBinder AddLock(this ServiceBinder services, Protocol.Locks.Lock.LockBase service) =>
        services.Add(Protocol.Locks.Lock.Descriptor, binder => Protocol.Locks.Lock.BindService(binder, service));

    public static ServiceBinder AddElection(this ServiceBinder services, Election.ElectionBase election) =>
        services.Add(Election.Descriptor, binder => Election.BindService(binder, election));

    public static ServiceBinder AddCluster(this ServiceBinder services, Cluster.ClusterBase cluster) =>
        services.Add(Cluster.Descriptor, binder => Cluster.BindService(binder, cluster));

    public static ServiceBinder AddMaintenance(this ServiceBinder services, Protocol.Etcd.Maintenance.MaintenanceBase maintenance) =>
        services.Add(Protocol.Etcd.Maintenance.Descriptor, binder => Protocol.Etcd.Maintenance.BindService(binder, maintenance));

    public static ServiceBinder AddAuth(this ServiceBinder services, Protocol.Etcd.Auth.AuthBase auth) =>
        services.Add(Protocol.Etcd.Auth.Descriptor, binder => Protocol.Etcd.Auth.BindService(binder, auth));

    public static ServiceBinder AddBatching(this ServiceBinder services, Protocol.V1.Batching.BatchingBase batching) =>
        services.Add(Protocol.V1.Batching.Descriptor, binder => Protocol.V1.Batching.BindService(binder, batching));

    public static ServiceBinder AddOperations(this ServiceBinder services, Protocol.V1.Operations.OperationsBase operations) =>
        services.Add(Protocol.V1.Operations.Descriptor, binder => Protocol.V1.Operations.BindService(binder, operations));

    public static ServiceBinder AddMembers(this ServiceBinder services, Protocol.V1.Members.MembersBase members) =>
        services.Add(Protocol.V1.Members.Descriptor, binder => Protocol.V1.Members.BindService(binder, members));

    public static ServiceBinder AddHealth(this ServiceBinder services, Health.HealthBase health) =>
        services.Add(Health.Descriptor, binder => Health.BindService(binder, health));

    /// <summary>Server reflection, both versions, describing all services bound before and itself. Optional, because etcd has none.</summary>
    public static ServiceBinder AddReflection(this ServiceBinder services)
    {
        Google.Protobuf.Reflection.ServiceDescriptor[] described =
        [
            .. services.Services,
            Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
            Grpc.Reflection.V1.ServerReflection.Descriptor,
        ];
        return services
            .Add(Grpc.Reflection.V1.ServerReflection.Descriptor, binder => Grpc.Reflection.V1.ServerReflection.BindService(binder, new ReflectionV1ServiceImpl(described)))
            .Add(Grpc.Reflection.V1Alpha.ServerReflection.Descriptor, binder => Grpc.Reflection.V1Alpha.ServerReflection.BindService(binder, new ReflectionServiceImpl(described)));
    }
}
