using MetaStore.Client.Ownership;

namespace MetaStore.Client;

/// <summary>Locks over the whole cluster. Thread-safe.</summary>
/// <remarks>
/// A lock is the oldest key under "name/"; etcdctl lock, etcd's client libraries and the servers' Lock service use the same keys, and all of
/// them wait for each other, in order of arrival. A lock is only as good as its lease: a holder that is suspended for longer than the time to
/// live still assumes for a moment that it holds it. Guard what must not happen twice by <see cref="HeldLock.IsHeld"/> in the transaction
/// that writes it, or by <see cref="HeldLock.FencingToken"/> at the resource that is written.
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

    /// <summary>Waits until the caller owns the lock. It has a lease of its own, renewed while waiting and while held.</summary>
    /// <param name="name">Name of the lock. Keys under "name/" belong to it: store nothing of your own there.</param>
    /// <param name="timeToLive">How long the lock outlives this process: how long others wait when it dies.</param>
    /// <param name="cancellation">Cancels the wait and leaves the queue.</param>
    /// <returns>The lock; dispose it to release it.</returns>
    /// <exception cref="LeaseLostException">No member could be reached for the whole time to live, while waiting.</exception>
    /// <exception cref="BlockedNameException">A key under "name/" has no lease: waiting for it would never end.</exception>
    public async Task<HeldLock> AcquireAsync(Bytes name, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        var lease = await _client.Lease.HoldAsync(timeToLive, cancellation).ConfigureAwait(false);
        var place = await LockOwnership.TakeAsync(_client, name, default, lease, ownsLease: true, wait: true, cancellation).ConfigureAwait(false);
        return new HeldLock(place!);
    }

    /// <summary>As above, on a lease that the caller keeps. Several locks may share one lease, and are all lost with it.</summary>
    /// <remarks>
    /// One lease has one key in each queue: two locks of the same name on the same lease are the same lock, and the first release frees it.
    /// When a call fails, its key may stay until the lease ends.
    /// </remarks>
    /// <inheritdoc cref="AcquireAsync(Bytes, TimeSpan, CancellationToken)"/>
    public async Task<HeldLock> AcquireAsync(Bytes name, HeldLease lease, CancellationToken cancellation = default)
    {
        var place = await LockOwnership.TakeAsync(_client, name, default, lease, ownsLease: false, wait: true, cancellation).ConfigureAwait(false);
        return new HeldLock(place!);
    }

    /// <summary>Takes the lock if it is free.</summary>
    /// <returns>The lock, or null when it has another owner.</returns>
    /// <exception cref="BlockedNameException">A key under "name/" has no lease: the lock could never be taken.</exception>
    public async Task<HeldLock?> TryAcquireAsync(Bytes name, TimeSpan timeToLive, CancellationToken cancellation = default)
    {
        var lease = await _client.Lease.HoldAsync(timeToLive, cancellation).ConfigureAwait(false);
        var place = await LockOwnership.TakeAsync(_client, name, default, lease, ownsLease: true, wait: false, cancellation).ConfigureAwait(false);
        return place is null ? null : new HeldLock(place);
    }
}
