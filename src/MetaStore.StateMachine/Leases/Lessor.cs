using System.Diagnostics.CodeAnalysis;
using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.Leases;

/// <summary>The leases and the keys attached to them. Has no clock: expiry is a revoke that comes through the log.</summary>
/// <remarks>
/// Changed by the apply thread only; the public members may be called from any thread and show the newest applied state, which may be
/// ahead of the published revision by the entries being applied. Source: etcd v3 Lease.
/// </remarks>
public sealed class Lessor
{
    /// <summary>Longest time to live in seconds.</summary>
    public const long TtlMax = 9_000_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Lease> _leases = [];
    private readonly Dictionary<byte[], Lease> _leaseOf = new(ByteKeyComparer.Instance);

    private ILeaseListener? _listener;

    internal Lessor()
    {
    }

    /// <summary>
    /// Receives grants and revokes; null = none. Set before the first entry is applied; it then receives the existing leases.
    /// </summary>
    public ILeaseListener? Listener
    {
        get => _listener;
        set
        {
            _listener = value;
            value?.OnLoaded(List());
        }
    }

    /// <summary>Number of leases.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _leases.Count;
            }
        }
    }

    /// <summary>Looks a lease up.</summary>
    public bool TryGet(long id, out LeaseInfo lease)
    {
        lock (_gate)
        {
            var found = _leases.TryGetValue(id, out var held);
            lease = found ? InfoOf(held!) : default;
            return found;
        }
    }

    /// <summary>All leases, ascending by id.</summary>
    public IReadOnlyList<LeaseInfo> List()
    {
        lock (_gate)
        {
            return [.. _leases.Values.Select(lease => InfoOf(lease)).OrderBy(lease => lease.Id)];
        }
    }

    /// <summary>Keys attached to a lease, sorted bytewise; empty when the lease does not exist. Never change the arrays.</summary>
    public IReadOnlyList<byte[]> KeysOf(long id)
    {
        lock (_gate)
        {
            return _leases.TryGetValue(id, out var lease) ? Sorted(lease) : [];
        }
    }

    /// <summary>True when all keys attached to a lease satisfy a condition, which must be quick; also for a lease without keys or none.</summary>
    public bool EveryKey<TState>(long id, TState state, Func<TState, byte[], bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        lock (_gate)
        {
            if (_leases.TryGetValue(id, out var lease))
            {
                foreach (var key in lease.Keys)
                {
                    if (!holds(state, key))
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    internal bool Exists(long id)
    {
        lock (_gate)
        {
            return _leases.ContainsKey(id);
        }
    }

    /// <summary>Whether a lease exists and no renewal was recorded for it since it had an epoch; a later lease of the same id begins at 0.</summary>
    internal bool IsOfEpoch(long id, ulong epoch)
    {
        lock (_gate)
        {
            return _leases.TryGetValue(id, out var lease) && lease.Epoch == epoch;
        }
    }

    internal ErrorCode Grant(in LeaseGrantCommand command, WriteBatch batch)
    {
        if (command.Id == 0 || command.Ttl < 1)
        {
            return ErrorCode.LeaseNotFound;
        }

        if (command.Ttl > TtlMax)
        {
            return ErrorCode.LeaseTtlTooLarge;
        }

        var lease = new Lease(command.Id, command.Ttl);
        lock (_gate)
        {
            if (!_leases.TryAdd(lease.Id, lease))
            {
                return ErrorCode.LeaseExists;
            }
        }

        batch.Put(Bucket.Leases, MetaKeys.Id((ulong)lease.Id), LeaseCodec.Encode(lease));
        _listener?.OnGranted(lease.Id, lease.Ttl);
        return ErrorCode.None;
    }

    /// <summary>Removes a lease; the caller deletes the returned keys in their order, which detaches them.</summary>
    internal bool TryRevoke(long id, WriteBatch batch, [NotNullWhen(true)] out byte[][]? keys)
    {
        lock (_gate)
        {
            if (!_leases.Remove(id, out var lease))
            {
                keys = null;
                return false;
            }

            keys = Sorted(lease);
        }

        batch.Delete(Bucket.Leases, MetaKeys.Id((ulong)id));
        _listener?.OnRevoked(id);
        return true;
    }

    /// <summary>Records remaining times. A lease that is gone, or was cleared since the leader read it, is skipped.</summary>
    internal void Checkpoint(IReadOnlyList<LeaseCheckpoint> checkpoints, WriteBatch batch)
    {
        foreach (var checkpoint in checkpoints)
        {
            Lease? lease;
            lock (_gate)
            {
                if (checkpoint.Remaining < 0 || !_leases.TryGetValue(checkpoint.Id, out lease) || (checkpoint.Remaining != 0 && checkpoint.Epoch != lease.Epoch))
                {
                    continue;
                }

                lease.Checkpoint = checkpoint.Remaining;
                lease.Epoch += checkpoint.Remaining == 0 ? 1UL : 0;
            }

            batch.Put(Bucket.Leases, MetaKeys.Id((ulong)lease.Id), LeaseCodec.Encode(lease));
            _listener?.OnCheckpointed(checkpoint with { Epoch = lease.Epoch });
        }
    }

    /// <summary>
    /// Attaches a key to a lease and detaches it from any other; 0 only detaches. So does a lease that does not exist, which a key from a file of
    /// etcd may name and a put that keeps the lease repeats.
    /// </summary>
    internal void Attach(ReadOnlySpan<byte> key, long id)
    {
        // The apply thread is the only writer, so it may read without the lock: almost every put has no lease to detach or attach.
        if (id == 0 && _leaseOf.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var byKey = _leaseOf.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (byKey.Remove(key, out var owned, out var old))
            {
                old.Keys.Remove(owned);
            }

            if (id != 0 && _leases.TryGetValue(id, out var lease))
            {
                owned ??= key.ToArray();
                _leaseOf[owned] = lease;
                lease.Keys.Add(owned);
            }
        }
    }

    /// <summary>Loads the leases of an engine; keys are attached afterwards, one record after the other.</summary>
    internal void Load(IReadView view)
    {
        lock (_gate)
        {
            _leases.Clear();
            _leaseOf.Clear();
            using var cursor = view.Seek(Bucket.Leases, default, default);
            while (cursor.MoveNext())
            {
                var lease = LeaseCodec.Decode(cursor.Key.Span, cursor.Value.Span);
                _leases.Add(lease.Id, lease);
            }
        }

        _listener?.OnLoaded(List());
    }

    private static LeaseInfo InfoOf(Lease lease) => new(lease.Id, lease.Ttl, lease.Keys.Count, lease.Checkpoint, lease.Epoch);

    private static byte[][] Sorted(Lease lease)
    {
        var keys = lease.Keys.ToArray();
        Array.Sort(keys, static (x, y) => x.AsSpan().SequenceCompareTo(y));
        return keys;
    }
}
