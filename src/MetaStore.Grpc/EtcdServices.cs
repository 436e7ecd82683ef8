using Google.Protobuf.Reflection;

namespace MetaStore.Grpc;

/// <summary>Descriptors of the etcd v3 services, by their etcd names.</summary>
public static class EtcdServices
{
    public static ServiceDescriptor KV => MetaStore.Protocol.Etcd.KvReflection.Descriptor.Services[0];

    public static ServiceDescriptor Watch => MetaStore.Protocol.Etcd.WatchReflection.Descriptor.Services[0];

    public static ServiceDescriptor Lease => MetaStore.Protocol.Etcd.LeaseReflection.Descriptor.Services[0];

    public static ServiceDescriptor Cluster => MetaStore.Protocol.Etcd.ClusterReflection.Descriptor.Services[0];

    public static ServiceDescriptor Maintenance => MetaStore.Protocol.Etcd.MaintenanceReflection.Descriptor.Services[0];

    public static ServiceDescriptor Auth => MetaStore.Protocol.Etcd.AuthReflection.Descriptor.Services[0];

    public static ServiceDescriptor Lock => MetaStore.Protocol.Locks.LockReflection.Descriptor.Services[0];

    public static ServiceDescriptor Election => MetaStore.Protocol.Elections.ElectionReflection.Descriptor.Services[0];
}
