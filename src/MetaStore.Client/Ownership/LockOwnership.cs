using Grpc.Core;

namespace MetaStore.Client.Ownership;

/// <summary>Ownership of a queue: the first key in it, its lease, and whether that lease was granted for it.</summary>
internal sealed class LockOwnership : IAsyncDisposable
{
    private readonly LockQueue _queue;
    private readonly HeldLease _lease;
    private readonly bool _ownsLease;
    private readonly LockKey _key;
    private int _released;

    private LockOwnership(LockQueue queue, HeldLease lease, bool ownsLease, LockTicket place, LockKey key)
    {
        _queue = queue;
        _lease = lease;
        _ownsLease = ownsLease;
        _key = key;
        Place = place;
    }

    public LockTicket Place { get; }

    public long LeaseId => _lease.Id;

    public CancellationToken Lost => _key.Lost;

    public RpcException? LastFailure => _key.Failure ?? _lease.LastFailure;

    /// <summary>Enters a queue and waits until its key is the first.</summary>
    /// <param name="client">The client of the cluster.</param>
    /// <param name="name">Name of the queue.</param>
    /// <param name="value">Value of the key.</param>
    /// <param name="lease">Lease of the key. If it is owned, it is revoked with it, also when this fails.</param>
    /// <param name="ownsLease">Whether it is owned.</param>
    /// <param name="wait">False: gives up, with null, when another key is the first.</param>
    /// <param name="cancellation">Cancels the wait and leaves the queue.</param>
    /// <exception cref="LeaseLostException">The lease ended before the key was the first.</exception>
    /// <exception cref="BlockedNameException">A key under the name has no lease.</exception>
    public static async Task<LockOwnership?> TakeAsync(
        MetaStoreClient client, Bytes name, Bytes value, HeldLease lease, bool ownsLease, bool wait, CancellationToken cancellation)
    {
        var queue = new LockQueue(client.Kv, client.Watch);
        LockTicket? entered = null;
        try
        {
            // Not cancelled by the caller: halfway it would be unknown whether there is a key to delete.
            (entered, var owner) = await queue.EnterAsync(name, value, lease.Id, lease.Lost).ConfigureAwait(false);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
            if (owner is not null)
            {
                LockQueue.RefuseEndless(owner);
            }

            var place = owner is null ? entered : wait ? await queue.WaitAsync(name, entered, end.Token).ConfigureAwait(false) ?? throw Gone(lease) : null;
            if (place is not null)
            {
                return new LockOwnership(queue, lease, ownsLease, place, new LockKey(client.Kv, client.Watch, place, lease));
            }

            await LeaveAsync(queue, Own(entered), lease, ownsLease).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is OperationCanceledException or RpcException or LeaseLostException or BlockedNameException)
        {
            await LeaveAsync(queue, Own(entered), lease, ownsLease).ConfigureAwait(false);
            if (failure is OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                throw Gone(lease);
            }

            throw;
        }
    }

    /// <summary>Releases it. <see cref="Lost"/> fires first, so that work stops before the next owner starts.</summary>
    /// <exception cref="RpcException">
    /// With a lease of the caller's: no server could be reached, and the key stays until that lease ends.
    /// </exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            await _key.DisposeAsync().ConfigureAwait(false);
            await LeaveAsync(_queue, Place, _lease, _ownsLease).ConfigureAwait(false);
        }
    }

    /// <summary>The key to delete, unless the lease had it before: then it is not this caller's.</summary>
    private static LockTicket? Own(LockTicket? place) => place?.Existing is null ? place : null;

    private static async Task LeaveAsync(LockQueue queue, LockTicket? place, HeldLease lease, bool ownsLease)
    {
        if (ownsLease)
        {
            await lease.DisposeAsync().ConfigureAwait(false);
        }
        else if (place is not null && !lease.Lost.IsCancellationRequested)
        {
            await queue.LeaveAsync(place, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static LeaseLostException Gone(HeldLease lease) => new(lease.Id, lease.LastFailure);
}
