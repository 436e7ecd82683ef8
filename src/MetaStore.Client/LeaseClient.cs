using System.Runtime.CompilerServices;
using Etcdserverpb;
using MetaStore.Client.Endpoints;
using MetaStore.Grpc;
using MetaStore.Grpc.Client;

namespace MetaStore.Client;

/// <summary>Leases: keys attached to one are deleted when it is revoked or runs out.</summary>
/// <remarks>Calls fail with <see cref="RpcException"/>. Times are in seconds.</remarks>
public sealed class LeaseClient
{
    private static readonly Method<LeaseGrantRequest, LeaseGrantResponse> GrantMethod = new(EtcdServices.Lease, "LeaseGrant");
    private static readonly Method<LeaseRevokeRequest, LeaseRevokeResponse> RevokeMethod = new(EtcdServices.Lease, "LeaseRevoke");
    private static readonly Method<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> TimeToLiveMethod = new(EtcdServices.Lease, "LeaseTimeToLive");
    private static readonly Method<LeaseLeasesRequest, LeaseLeasesResponse> LeasesMethod = new(EtcdServices.Lease, "LeaseLeases");
    private static readonly Method<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KeepAliveMethod = new(EtcdServices.Lease, "LeaseKeepAlive");

    private readonly EndpointBalancer _balancer;

    internal LeaseClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Makes a lease. An id of 0 lets the server choose; a time to live that is too short is raised.</summary>
    public Task<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(GrantMethod, request, CallKind.Write, cancellation);

    /// <summary>Removes a lease and the keys attached to it.</summary>
    public Task<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(RevokeMethod, request, CallKind.Write, cancellation);

    /// <summary>What a lease has left; a TTL of -1 says that it is gone.</summary>
    public Task<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(TimeToLiveMethod, request, CallKind.Read, cancellation);

    /// <summary>All leases, as the member that answers knows them.</summary>
    public Task<LeaseLeasesResponse> ListAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(LeasesMethod, new LeaseLeasesRequest(), CallKind.Read, cancellation);

    /// <summary>Renews a lease once; a TTL of 0 says that it is gone.</summary>
    public async Task<LeaseKeepAliveResponse> KeepAliveOnceAsync(long id, CancellationToken cancellation = default)
    {
        await using var call = _balancer.OpenStream(KeepAliveMethod, isShort: true, cancellation);
        return await RenewAsync(call, id, cancellation).ConfigureAwait(false);
    }

    /// <summary>Renews a lease three times within its time to live, and tells each answer. Ends behind the answer with a TTL of 0.</summary>
    public async IAsyncEnumerable<LeaseKeepAliveResponse> KeepAliveAsync(long id, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var call = _balancer.OpenStream(KeepAliveMethod, isShort: false, cancellation);
        while (true)
        {
            var answer = await RenewAsync(call, id, cancellation).ConfigureAwait(false);
            yield return answer;
            if (answer.TTL <= 0)
            {
                yield break;
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Min(answer.TTL, 86_400) / 3.0), cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<LeaseKeepAliveResponse> RenewAsync(
        StreamingCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call, long id, CancellationToken cancellation)
    {
        await call.WriteAsync(new LeaseKeepAliveRequest { ID = id }, cancellation).ConfigureAwait(false);
        return await call.ReadAsync(cancellation).ConfigureAwait(false)
            ?? throw new RpcException(StatusCode.Unavailable, "the server ended the stream");
    }
}
