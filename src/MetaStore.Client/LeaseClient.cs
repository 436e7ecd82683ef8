using System.Runtime.CompilerServices;
using Grpc.Core;
using MetaStore.Client.Endpoints;
using MetaStore.Client.Leasing;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Client;

/// <summary>Leases: keys attached to one are deleted when it is revoked or expires. Thread-safe.</summary>
/// <remarks>
/// Calls fail with <see cref="RpcException"/>. Times on the wire are in seconds. Calls that may safely run twice are retried on another
/// member: all but a grant with an id chosen by the caller. Most programs need only <see cref="HoldAsync"/>; the rest is the bare service.
/// Source: etcd v3 API, service Lease.
/// </remarks>
public sealed class LeaseClient
{
    private readonly EndpointBalancer _balancer;

    internal LeaseClient(EndpointBalancer balancer) => _balancer = balancer;

    /// <summary>Grants a lease and keeps it alive, through lost connections and leader changes, until it is disposed or lost.</summary>
    /// <param name="timeToLive">How long the lease outlives this process; rounded up to whole seconds, raised to the server's minimum (2 s by default).</param>
    /// <param name="cancellation">Cancels the grant; it does not end a lease that is held.</param>
    /// <returns>The lease; dispose it to revoke it.</returns>
    /// <exception cref="RpcException">The lease could not be granted.</exception>
    public async Task<HeldLease> HoldAsync(TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
        var askedAt = _balancer.Time.GetTimestamp();
        var granted = await GrantAsync(new LeaseGrantRequest { TTL = (long)Math.Ceiling(timeToLive.TotalSeconds) }, cancellation).ConfigureAwait(false);
        return new HeldLease(this, _balancer.Time, granted.ID, LeaseTerm.From(askedAt, granted.TTL));
    }

    /// <summary>Grants a lease. With id 0 the server chooses one; a time to live below the minimum is raised.</summary>
    /// <remarks>A retried grant without an id may leave a second lease on the server, which is not renewed and expires.</remarks>
    public Task<LeaseGrantResponse> GrantAsync(LeaseGrantRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseGrantAsync(request, options), request, request.ID == 0 ? CallKind.Idempotent : CallKind.Write, cancellation);

    /// <summary>Removes a lease and the keys attached to it.</summary>
    /// <exception cref="RpcException">
    /// Among others <see cref="EtcdErrors.LeaseNotFound"/>: it is gone, possibly removed by the first try of this call.
    /// </exception>
    public Task<LeaseRevokeResponse> RevokeAsync(LeaseRevokeRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseRevokeAsync(request, options), request, CallKind.Idempotent, cancellation);

    /// <summary>Remaining time of a lease; a TTL of -1 means that it is gone.</summary>
    public Task<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request, CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseTimeToLiveAsync(request, options), request, CallKind.Read, cancellation);

    /// <summary>All leases, as seen by the member that answers.</summary>
    public Task<LeaseLeasesResponse> ListAsync(CancellationToken cancellation = default) =>
        _balancer.CallAsync(static (member, request, options) => member.Lease.LeaseLeasesAsync(request, options), new LeaseLeasesRequest(), CallKind.Read, cancellation);

    /// <summary>Renews a lease once; a TTL of 0 means that it is gone. One try; a failure moves later calls to another member.</summary>
    public Task<LeaseKeepAliveResponse> KeepAliveOnceAsync(long id, CancellationToken cancellation = default) =>
        RenewAsync(id, _balancer.CommandTimeout, cancellation);

    /// <summary>
    /// Renews a lease three times within its time to live, and returns each answer. Ends after an answer with a TTL of 0.
    /// </summary>
    /// <remarks>The first renewal that fails ends it with <see cref="RpcException"/>; <see cref="HoldAsync"/> retries.</remarks>
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
            await _balancer.EnsureTokenAsync(endpoint, timeout, cancellation).ConfigureAwait(false);
            using var call = _balancer.OpenDuplex(static (member, options) => member.LeaseStreams.LeaseKeepAlive(options), endpoint, timeout, null, cancellation);
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = id }).ConfigureAwait(false);
            return await call.ReadAsync().ConfigureAwait(false)
                ?? throw new RpcException(new Status(StatusCode.Unavailable, "the server ended the stream"));
        }
        catch (RpcException failure)
        {
            _balancer.Judge(failure, endpoint);
            _balancer.ForgetToken(failure.Status.Detail);
            throw;
        }
    }
}
