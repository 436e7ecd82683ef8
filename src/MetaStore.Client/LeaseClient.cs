using System.Runtime.CompilerServices;
using MetaStore.Protocol.Etcd;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Leasing;

namespace MetaStore.Client;

/// <summary>Leases: keys attached to one are deleted when it is revoked or runs out. Thread-safe.</summary>
/// <remarks>
/// Calls fail with <see cref="RpcException"/>. Times on the wire are in seconds. Calls that may run twice without harm are tried again on another
/// member: all but a grant with an id of the caller's choice. <see cref="HoldAsync"/> is what most programs want; the rest is the bare service.
/// Source: etcd v3 API, service Lease.
/// </remarks>
public sealed class LeaseClient
{
    private readonly EndpointBalancer _balancer;

    internal LeaseClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Makes a lease and keeps it alive, through lost connections and leader changes, until it is disposed or lost.</summary>
    /// <param name="timeToLive">How long the lease outlives this process; rounded up to whole seconds, raised to the server's minimum (2 s by default).</param>
    /// <param name="cancellation">Gives up before the lease is made; it does not end a lease that is held.</param>
    /// <returns>The lease; to be disposed, which revokes it.</returns>
    /// <exception cref="RpcException">The lease could not be made.</exception>
    public async Task<HeldLease> HoldAsync(TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        var askedAt = _balancer.Time.GetTimestamp();
        var granted = await GrantAsync(new LeaseGrantRequest { TTL = (long)Math.Ceiling(timeToLive.TotalSeconds) }, cancellation).ConfigureAwait(false);
        return new HeldLease(this, _balancer.Time, granted.ID, LeaseTerm.From(askedAt, granted.TTL));
    }

    /// <summary>Makes a lease. An id of 0 lets the server choose; a time to live that is too short is raised.</summary>
    /// <remarks>A grant without an id that was tried again may leave a second lease behind, which nobody renews.</remarks>
    public Task<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseGrantAsync(request, options), request, request.ID == 0 ? CallKind.Idempotent : CallKind.Write, cancellation);

    /// <summary>Removes a lease and the keys attached to it.</summary>
    /// <exception cref="RpcException">Among others <see cref="EtcdErrors.LeaseNotFound"/>: it is gone, possibly by this very call's first try.</exception>
    public Task<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseRevokeAsync(request, options), request, CallKind.Idempotent, cancellation);

    /// <summary>What a lease has left; a TTL of -1 says that it is gone.</summary>
    public Task<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseTimeToLiveAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>All leases, as the member that answers knows them.</summary>
    public Task<LeaseLeasesResponse> ListAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseLeasesAsync(request, options), new LeaseLeasesRequest(), CallKind.Read, cancellation);

    /// <summary>Renews a lease once; a TTL of 0 says that it is gone. One try; a failure moves later calls to another member.</summary>
    public Task<LeaseKeepAliveResponse> KeepAliveOnceAsync(long id, CancellationToken cancellation = default) =>
        RenewAsync(id, _balancer.CommandTimeout, cancellation);

    /// <summary>Renews a lease three times within its time to live, and tells each answer. Ends behind the answer with a TTL of 0.</summary>
    /// <remarks>The first renewal that fails ends it with <see cref="RpcException"/>; <see cref="HoldAsync"/> is what goes on.</remarks>
    public async IAsyncEnumerable<LeaseKeepAliveResponse> KeepAliveAsync(long id, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var answer = await KeepAliveOnceAsync(id, cancellation).ConfigureAwait(false);
            yield return answer;
            if (answer.TTL <= 0)
            {
                yield break;
            }

            await Task.Delay(LeaseTerm.RenewEvery(answer.TTL), _balancer.Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Renews a lease once, at the endpoint in use.</summary>
    internal async Task<LeaseKeepAliveResponse> RenewAsync(long id, TimeSpan timeout, CancellationToken cancellation)
    {
        var endpoint = _balancer.Current;
        try
        {
            using var call = _balancer.OpenDuplex(static (member, options) => member.LeaseStreams.LeaseKeepAlive(options), endpoint, timeout, null, cancellation);
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = id }).ConfigureAwait(false);
            return await call.ReadAsync().ConfigureAwait(false)
                ?? throw new RpcException(new Status(StatusCode.Unavailable, "the server ended the stream"));
        }
        catch (RpcException failure)
        {
            _balancer.Judge(failure, endpoint);
            throw;
        }
    }
}
