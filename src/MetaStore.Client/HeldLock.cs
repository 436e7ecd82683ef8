using MetaStore.Protocol.Etcd;
using MetaStore.Client.Ownership;

namespace MetaStore.Client;

/// <summary>A lock that is held until it is disposed or lost. Thread-safe.</summary>
public sealed class HeldLock : IAsyncDisposable
{
    private readonly LockOwnership _place;

    internal HeldLock(LockOwnership place) => _place = place;

    /// <summary>The key that is the lock. It exists as long as the lock is held.</summary>
    public Bytes Key => _place.Place.Key;

    /// <summary>
    /// Greater than that of every earlier holder, so a resource can reject smaller ones. The create revision of <see
    /// cref="Key"/>.
    /// </summary>
    public long FencingToken => _place.Place.CreateRevision;

    /// <summary>Revision of the store when the lock was taken: what etcdctl lock passes to its program as ETCD_LOCK_REV.</summary>
    public long Revision => _place.Place.Header.Revision;

    /// <summary>Id of the lease of the lock's key.</summary>
    public long LeaseId => _place.LeaseId;

    /// <summary>Fires when the lock is lost, because its lease is lost or its key was deleted, and when it is disposed.</summary>
    public CancellationToken Lost => _place.Lost;

    /// <summary>The last failure, or null. After <see cref="Lost"/> the reason, if it was a failure.</summary>
    public Grpc.Core.RpcException? LastFailure => _place.LastFailure;

    /// <summary>Condition for a transaction that may run only while the lock is held: checked by the store, not by this process.</summary>
    public Compare IsHeld => _place.Place.IsKept;

    /// <summary>
    /// Releases the lock; the next one in the queue gets it. With a lease of its own, and no server in reach, it ends with that lease.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">
    /// It is on a lease of the caller and could not be released: it ends with that lease.
    /// </exception>
    public ValueTask DisposeAsync() => _place.DisposeAsync();
}
