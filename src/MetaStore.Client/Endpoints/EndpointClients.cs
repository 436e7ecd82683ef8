using Grpc.Core;
using MetaStore.Client.Gathering;
using MetaStore.Protocol.Etcd;
using MetaStore.Protocol.V1;

namespace MetaStore.Client.Endpoints;

/// <summary>The generated clients of one member. Safe for concurrent use.</summary>
/// <param name="address">Address of the member; for messages.</param>
/// <param name="single">Carries unary and server-streaming calls, after the interceptors. Tests replace the network here.</param>
/// <param name="streaming">Carries calls with a stream of requests.</param>
/// <param name="channel">Disposed with this; null when there is nothing to dispose.</param>
/// <param name="gathering">Gathers calls that no interceptor has to see; null when each call goes through <paramref name="single"/>.</param>
internal sealed class EndpointClients(Uri address, CallInvoker single, CallInvoker streaming, IDisposable? channel = null, GatheringInvoker? gathering = null) : IDisposable
{
    public Uri Address { get; } = address;

    public GatheringInvoker? Gathering => gathering;

    public KV.KVClient Kv { get; } = new(single);

    public Watch.WatchClient Watch { get; } = new(streaming);

    public Lease.LeaseClient Lease { get; } = new(single);

    /// <summary>For LeaseKeepAlive.</summary>
    public Lease.LeaseClient LeaseStreams { get; } = new(streaming);

    public Cluster.ClusterClient Cluster { get; } = new(single);

    public Maintenance.MaintenanceClient Maintenance { get; } = new(single);

    public Auth.AuthClient Auth { get; } = new(single);

    public Members.MembersClient Members { get; } = new(single);

    public Batching.BatchingClient Batching { get; } = new(single);

    public void Dispose() => channel?.Dispose();
}
