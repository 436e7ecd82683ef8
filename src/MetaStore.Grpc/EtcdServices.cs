using Google.Protobuf.Reflection;

namespace MetaStore.Grpc;

/// <summary>Descriptors of the etcd v3 services, by their etcd names.</summary>
public static class EtcdServices
{
    public static ServiceDescriptor KV => Etcdserverpb.KvReflection.Descriptor.Services[0];

    public static ServiceDescriptor Watch => Etcdserverpb.WatchReflection.Descriptor.Services[0];

    public static ServiceDescriptor Lease => Etcdserverpb.LeaseReflection.Descriptor.Services[0];

    public static ServiceDescriptor Cluster => Etcdserverpb.ClusterReflection.Descriptor.Services[0];

    public static ServiceDescriptor Maintenance => Etcdserverpb.MaintenanceReflection.Descriptor.Services[0];

    public static ServiceDescriptor Auth => Etcdserverpb.AuthReflection.Descriptor.Services[0];

    public static ServiceDescriptor Lock => V3Lockpb.LockReflection.Descriptor.Services[0];

    public static ServiceDescriptor Election => V3Electionpb.ElectionReflection.Descriptor.Services[0];
}
