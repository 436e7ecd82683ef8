using Etcdserverpb;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;

namespace MetaStore.Client;

/// <summary>etcd's Maintenance service, as far as the server offers it. Answers are about the member that is asked: see <see cref="MetaStoreClient.At"/>.</summary>
public sealed class MaintenanceClient
{
    private static readonly Method<StatusRequest, StatusResponse> StatusMethod = new(EtcdServices.Maintenance, "Status");
    private static readonly Method<HashKVRequest, HashKVResponse> HashKvMethod = new(EtcdServices.Maintenance, "HashKV");

    private readonly EndpointBalancer _balancer;

    internal MaintenanceClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>What the member knows about itself and the leader.</summary>
    public Task<StatusResponse> StatusAsync(StatusRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(StatusMethod, request, CallKind.Read, cancellation);

    /// <summary>A hash of the member's key-value state; equal on all members at equal revision and compact revision.</summary>
    public Task<HashKVResponse> HashKVAsync(HashKVRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(HashKvMethod, request, CallKind.Read, cancellation);
}
