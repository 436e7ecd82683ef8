using MetaStore.Protocol.Etcd;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client;

/// <summary>etcd's Maintenance service. Answers concern the called member: see <see cref="MetaStoreClient.At"/>.</summary>
public sealed class MaintenanceClient
{
    private readonly EndpointBalancer _balancer;

    internal MaintenanceClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Status of the member and its view of the leader.</summary>
    public Task<StatusResponse> StatusAsync(StatusRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.StatusAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Lists, raises or clears alarms, for the whole cluster.</summary>
    public Task<AlarmResponse> AlarmAsync(AlarmRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.AlarmAsync(request, options), request, CallKind.Idempotent, cancellation);

    /// <summary>Defragments the member's storage.</summary>
    public Task<DefragmentResponse> DefragmentAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.DefragmentAsync(request, options), new DefragmentRequest(), CallKind.Write, cancellation);

    /// <summary>Transfers leadership; only the leader does it, others answer <see cref="EtcdErrors.NotLeader"/>.</summary>
    public Task<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.MoveLeaderAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>A backup of the member's state in parts; the last part is the SHA-256 of the others. Without a time limit.</summary>
    /// <remarks>
    /// The concatenated parts are a file of etcd, which <c>etcdctl snapshot restore</c>, <c>etcdutl</c> and <c>metactl snapshot restore</c> read.
    /// </remarks>
    public IAsyncEnumerable<SnapshotResponse> SnapshotAsync(CancellationToken cancellation = default) =>
        _balancer.StreamAsync(static (member, request, options) => member.Maintenance.Snapshot(request, options), new SnapshotRequest(), cancellation);

    /// <summary>A hash of the member's key-value state; equal on all members at equal revision and compact revision.</summary>
    public Task<HashKVResponse> HashKVAsync(HashKVRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.HashKVAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>
    /// A hash of everything the member stores; comparable only between members with one engine and the same applied index.
    /// </summary>
    public Task<HashResponse> HashAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.HashAsync(request, options), new HashRequest(), CallKind.Read, cancellation);

    /// <summary>Checks whether the cluster may be downgraded to an earlier version, and starts or cancels that.</summary>
    public Task<DowngradeResponse> DowngradeAsync(DowngradeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.DowngradeAsync(request, options), request, CallKind.Write, cancellation);
}
