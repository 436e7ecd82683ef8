using MetaStore.Protocol.Etcd;
using MetaStore.Client.Ownership;
using MetaStore.Client.Transactions;

namespace MetaStore.Client;

/// <summary>An election won, until it is disposed or lost. Thread-safe.</summary>
public sealed class Leadership : IAsyncDisposable
{
    private readonly KvClient _kv;
    private readonly LockOwnership _place;

    internal Leadership(KvClient kv, LockOwnership place) => (_kv, _place) = (kv, place);

    /// <summary>The leader's key; its value is the one published last.</summary>
    public Bytes Key => _place.Place.Key;

    /// <summary>Greater than that of every earlier leader. The create revision of <see cref="Key"/>.</summary>
    public long FencingToken => _place.Place.CreateRevision;

    /// <summary>Id of the lease of the leader's key.</summary>
    public long LeaseId => _place.LeaseId;

    /// <summary>Fires when the leadership is lost, because its lease is lost or its key was deleted, and when it is disposed.</summary>
    public CancellationToken Lost => _place.Lost;

    /// <summary>The last failure, or null. After <see cref="Lost"/> the reason, if it was a failure.</summary>
    public Grpc.Core.RpcException? LastFailure => _place.LastFailure;

    /// <summary>Condition for a transaction that may run only while this leads.</summary>
    public Compare IsLeader => _place.Place.IsKept;

    /// <summary>Publishes a new value to all observers of the election.</summary>
    /// <exception cref="NotLeaderException">It does not lead any more.</exception>
    /// <exception cref="Grpc.Core.RpcException">The call failed. With Unavailable or DeadlineExceeded it may have taken effect.</exception>
    public async Task ProclaimAsync(Bytes value, CancellationToken cancellation = default)
    {
        var answer = await _kv.Txn().When(IsLeader).Then(Operation.Put(Key, value, LeaseId)).CommitAsync(cancellation).ConfigureAwait(false);
        if (!answer.Succeeded)
        {
            throw new NotLeaderException();
        }
    }

    /// <summary>Resigns; the next candidate leads. See <see cref="HeldLock.DisposeAsync"/> for what happens when no server can be reached.</summary>
    /// <exception cref="Grpc.Core.RpcException">
    /// It is on a lease of the caller and could not resign: the leadership ends with that lease.
    /// </exception>
    public ValueTask DisposeAsync() => _place.DisposeAsync();
}
