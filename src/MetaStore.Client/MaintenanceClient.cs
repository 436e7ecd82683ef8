using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client;

/// <summary>etcd's Maintenance service. Answers are about the member that is asked: see <see cref="MetaStoreClient.At"/>.</summary>
public sealed class MaintenanceClient
{
    private static readonly Method<StatusRequest, StatusResponse> StatusMethod = new(EtcdServices.Maintenance, "Status");
    private static readonly Method<HashRequest, HashResponse> HashMethod = new(EtcdServices.Maintenance, "Hash");
    private static readonly Method<HashKVRequest, HashKVResponse> HashKvMethod = new(EtcdServices.Maintenance, "HashKV");
    private static readonly Method<DowngradeRequest, DowngradeResponse> DowngradeMethod = new(EtcdServices.Maintenance, "Downgrade");
    private static readonly Method<AlarmRequest, AlarmResponse> AlarmMethod = new(EtcdServices.Maintenance, "Alarm");
    private static readonly Method<DefragmentRequest, DefragmentResponse> DefragmentMethod = new(EtcdServices.Maintenance, "Defragment");
    private static readonly Method<MoveLeaderRequest, MoveLeaderResponse> MoveLeaderMethod = new(EtcdServices.Maintenance, "MoveLeader");
    private static readonly Method<SnapshotRequest, SnapshotResponse> SnapshotMethod = new(EtcdServices.Maintenance, "Snapshot");

    private readonly EndpointBalancer _balancer;

    internal MaintenanceClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>What the member knows about itself and the leader.</summary>
    public Task<StatusResponse> StatusAsync(StatusRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(StatusMethod, request, CallKind.Read, cancellation);

    /// <summary>Lists, raises or clears alarms, for the whole cluster.</summary>
    public Task<AlarmResponse> AlarmAsync(AlarmRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(AlarmMethod, request, CallKind.Idempotent, cancellation);

    /// <summary>Gives storage of the member back to the system.</summary>
    public Task<DefragmentResponse> DefragmentAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(DefragmentMethod, new DefragmentRequest(), CallKind.Write, cancellation);

    /// <summary>Hands leadership over; only the leader does it, others answer <see cref="EtcdErrors.NotLeader"/>.</summary>
    public Task<MoveLeaderResponse> MoveLeaderAsync(MoveLeaderRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(MoveLeaderMethod, request, CallKind.Write, cancellation);

    /// <summary>A backup of the member's state, part by part; the last part is the SHA-256 of the others. Without a limit of time.</summary>
    /// <remarks>The parts written one behind the other are the file that <c>metactl snapshot restore</c> takes.</remarks>
    public async IAsyncEnumerable<SnapshotResponse> SnapshotAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var call = _balancer.OpenStream(SnapshotMethod, _balancer.Current, new CallOptions { CancellationToken = cancellation });
        await call.WriteAsync(new SnapshotRequest(), cancellation).ConfigureAwait(false);
        await call.CompleteAsync().ConfigureAwait(false);
        while (await call.ReadAsync(cancellation).ConfigureAwait(false) is { } part)
        {
            yield return part;
        }
    }

    /// <summary>A hash of the member's key-value state; equal on all members at equal revision and compact revision.</summary>
    public Task<HashKVResponse> HashKVAsync(HashKVRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(HashKvMethod, request, CallKind.Read, cancellation);

    /// <summary>A hash of everything the member stores; only meaningful for members on one engine that have applied the same.</summary>
    public Task<HashResponse> HashAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(HashMethod, new HashRequest(), CallKind.Read, cancellation);

    /// <summary>Asks whether the cluster may go back to an earlier version, and starts or ends that.</summary>
    public Task<DowngradeResponse> DowngradeAsync(DowngradeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(DowngradeMethod, request, CallKind.Write, cancellation);
}
