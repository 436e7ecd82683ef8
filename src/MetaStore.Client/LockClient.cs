using MetaStore.Client.Ownership;

namespace MetaStore.Client;

/// <summary>Locks over the whole cluster. Thread-safe.</summary>
/// <remarks>
/// A lock is the oldest key under "name/"; etcdctl lock, etcd's client libraries and the servers' Lock service make the same keys, and all of
/// them wait for each other. Whoever waits is served in order of arrival. A lock is only as good as its lease: a holder that is frozen for longer
/// than the time to live still believes for a moment that it holds it. Guard what must not happen twice by <see cref="HeldLock.IsHeld"/> in the
/// transaction that writes it, or by <see cref="HeldLock.FencingToken"/> at whatever is written to.
/// Calls fail with <see cref="Grpc.Core.RpcException"/>.
/// </remarks>
/// <example><code>
/// await using var held = await client.Lock.AcquireAsync("jobs/nightly", TimeSpan.FromSeconds(10), stopping);
/// await RunAsync(held.Lost);
/// </code></example>
public sealed class LockClient
{
    private readonly MetaStoreClient _client;

    internal LockClient(MetaStoreClient client) => _client = client;

    /// <summary>Waits until the lock is this caller's. It has a lease of its own, renewed while it is waited for and held.</summary>
    /// <param name="name">Name of the lock. Keys under "name/" belong to it: store nothing of your own there.</param>
    /// <param name="timeToLive">How long the lock outlives this process: how long others wait when it dies.</param>
    /// <param name="cancellation">Ends the waiting; the place in the queue is given back.</param>
    /// <returns>The lock; to be disposed.</returns>
    /// <exception cref="LeaseLostException">No member could be reached for the whole time to live, while waiting.</exception>
    /// <exception cref="BlockedNameException">A key under "name/" has no lease: it would be waited for without end.</exception>
    public async Task<HeldLock> AcquireAsync(Bytes name, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        var lease = await _client.Lease.HoldAsync(timeToLive, cancellation).ConfigureAwait(false);
        var place = await OwnedPlace.TakeAsync(_client, name, default, lease, ownsLease: true, wait: true, cancellation).ConfigureAwait(false);
        return new HeldLock(place!);
    }

    /// <summary>As the other, on a lease that the caller keeps. Several locks may share one lease, and go together when it does.</summary>
    /// <remarks>
    /// One lease has one place in each queue: two locks of the same name on the same lease are the same lock, and the first release frees it.
    /// When a call fails, its place may stay until the lease ends.
    /// </remarks>
    /// <inheritdoc cref="AcquireAsync(Bytes, TimeSpan, CancellationToken)"/>
    public async Task<HeldLock> AcquireAsync(Bytes name, HeldLease lease, CancellationToken cancellation = default)
    {
        var place = await OwnedPlace.TakeAsync(_client, name, default, lease, ownsLease: false, wait: true, cancellation).ConfigureAwait(false);
        return new HeldLock(place!);
    }

    /// <summary>Takes the lock if nobody has it.</summary>
    /// <returns>The lock, or null when it is somebody else's.</returns>
    /// <exception cref="BlockedNameException">A key under "name/" has no lease: the lock could never be taken.</exception>
    public async Task<HeldLock?> TryAcquireAsync(Bytes name, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        var lease = await _client.Lease.HoldAsync(timeToLive, cancellation).ConfigureAwait(false);
        var place = await OwnedPlace.TakeAsync(_client, name, default, lease, ownsLease: true, wait: false, cancellation).ConfigureAwait(false);
        return place is null ? null : new HeldLock(place);
    }
}
