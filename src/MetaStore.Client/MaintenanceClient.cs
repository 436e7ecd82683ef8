using MetaStore.Protocol.Etcd;
using MetaStore.Client.Endpoints;

namespace MetaStore.Client;

/// <summary>etcd's Maintenance service. Answers are about the member that is asked: see <see cref="MetaStoreClient.At"/>.</summary>
public sealed class MaintenanceClient
{
    private readonly EndpointBalancer _balancer;

    internal MaintenanceClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>What the member knows about itself and the leader.</summary>
    public Task<StatusResponse> StatusAsync(StatusRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.StatusAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>Lists, raises or clears alarms, for the whole cluster.</summary>
    public Task<AlarmResponse> AlarmAsync(AlarmRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.AlarmAsync(request, options), request, CallKind.Idempotent, cancellation);

    /// <summary>Gives storage of the member back to the system.</summary>
    public Task<DefragmentResponse> DefragmentAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.DefragmentAsync(request, options), new DefragmentRequest(), CallKind.Write, cancellation);

    /// <summary>Hands leadership over; only the leader does it, others answer <see cref="EtcdErrors.NotLeader"/>.</summary>
    public Task<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.MoveLeaderAsync(request, options), request, CallKind.Write, cancellation);

    /// <summary>A backup of the member's state, part by part; the last part is the SHA-256 of the others. Without a limit of time.</summary>
    /// <remarks>The parts written one after the other are the file that <c>metactl snapshot restore</c> takes.</remarks>
    public IAsyncEnumerable<SnapshotResponse> SnapshotAsync(CancellationToken cancellation = default) =>
        _balancer.StreamAsync(static (member, request, options) => member.Maintenance.Snapshot(request, options), new SnapshotRequest(), cancellation);

    /// <summary>A hash of the member's key-value state; equal on all members at equal revision and compact revision.</summary>
    public Task<HashKVResponse> HashKVAsync(HashKVRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.HashKVAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>A hash of everything the member stores; only meaningful for members on one engine that have applied the same.</summary>
    public Task<HashResponse> HashAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.HashAsync(request, options), new HashRequest(), CallKind.Read, cancellation);

    /// <summary>Asks whether the cluster may go back to an earlier version, and starts or ends that.</summary>
    public Task<DowngradeResponse> DowngradeAsync(DowngradeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Maintenance.DowngradeAsync(request, options), request, CallKind.Write, cancellation);
}
