using MetaStore.Protocol.Etcd;
using MetaStore.Client.Ownership;

namespace MetaStore.Client;

/// <summary>A lock that is held until it is disposed or lost. Thread-safe.</summary>
public sealed class HeldLock : IAsyncDisposable
{
    private readonly OwnedPlace _place;

    internal HeldLock(OwnedPlace place) => _place = place;

    /// <summary>The key that is the lock. It exists as long as the lock is held.</summary>
    public Bytes Key => _place.Place.Key;

    /// <summary>Greater than that of every earlier holder: what is written to may refuse smaller ones. The revision that created <see cref="Key"/>.</summary>
    public long FencingToken => _place.Place.CreateRevision;

    /// <summary>Revision of the store when the lock was taken: what etcdctl lock tells its program as ETCD_LOCK_REV.</summary>
    public long Revision => _place.Place.Header.Revision;

    /// <summary>Id of the lease the lock hangs on.</summary>
    public long LeaseId => _place.LeaseId;

    /// <summary>Fires when the lock is lost, because its lease is or because somebody deleted its key, and when it is disposed.</summary>
    public CancellationToken Lost => _place.Lost;

    /// <summary>What went wrong last; null while all is well. Behind <see cref="Lost"/> the reason, if it was a failure.</summary>
    public Grpc.Core.RpcException? LastFailure => _place.LastFailure;

    /// <summary>Condition of a transaction that is to run only while the lock is held: checked by the store, not by this process's belief.</summary>
    public Compare IsHeld => _place.Place.IsKept;

    /// <summary>
    /// Gives the lock back; the next one in the queue has it. With a lease of its own, and no server to be reached, it ends with that lease.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">It hangs on a lease of the caller's and could not be given back: it ends with that lease.</exception>
    public ValueTask DisposeAsync() => _place.DisposeAsync();
}
