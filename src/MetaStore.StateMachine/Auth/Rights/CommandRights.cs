using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Leases;

namespace MetaStore.StateMachine.Auth.Rights;

/// <summary>Which rights a command needs. Source: etcd v3, docs/users.md.</summary>
/// <remarks>Both branches of a transaction are judged, whichever is taken, and so are missing keys: an answer must not show what exists.</remarks>
public static class CommandRights
{
    /// <summary>WRITE on the key and on every key attached to the lease; READ on the key for the pair before.</summary>
    public static bool MayPut(UserRights rights, in PutCommand put, Lessor leases)
    {
        ArgumentNullException.ThrowIfNull(rights);
        ArgumentNullException.ThrowIfNull(leases);
        return rights.MayWrite(put.Key.Span)
            && (put.Lease == 0 || MayWriteAll(rights, put.Lease, leases))
            && (!put.PrevKv || rights.MayRead(put.Key.Span));
    }

    /// <summary>WRITE on the range; READ on it for the pairs before.</summary>
    public static bool MayDelete(UserRights rights, in DeleteRangeCommand delete)
    {
        ArgumentNullException.ThrowIfNull(rights);
        return rights.MayWrite(delete.Key.Span, delete.RangeEnd.Span)
            && (!delete.PrevKv || rights.MayRead(delete.Key.Span, delete.RangeEnd.Span));
    }

    /// <summary>READ on what is compared, and the right of every operation of both branches, at any depth.</summary>
    public static bool MayRun(UserRights rights, TxnCommand txn, Lessor leases)
    {
        ArgumentNullException.ThrowIfNull(rights);
        ArgumentNullException.ThrowIfNull(txn);
        if (rights.IsAdministrator)
        {
            return true;
        }

        foreach (var compare in txn.Compares)
        {
            if (!rights.MayRead(compare.Key.Span, compare.RangeEnd.Span))
            {
                return false;
            }
        }

        return MayRunAll(rights, txn.Success, leases) && MayRunAll(rights, txn.Failure, leases);
    }

    /// <summary>WRITE on every key attached to a lease; true for one that does not exist.</summary>
    public static bool MayWriteAll(UserRights rights, long lease, Lessor leases)
    {
        ArgumentNullException.ThrowIfNull(rights);
        ArgumentNullException.ThrowIfNull(leases);
        return rights.IsAdministrator || leases.EveryKey(lease, rights, static (rights, key) => rights.MayWrite(key));
    }

    /// <summary>READ on every key attached to a lease; true for one that does not exist.</summary>
    public static bool MayReadAll(UserRights rights, long lease, Lessor leases)
    {
        ArgumentNullException.ThrowIfNull(rights);
        ArgumentNullException.ThrowIfNull(leases);
        return rights.IsAdministrator || leases.EveryKey(lease, rights, static (rights, key) => rights.MayRead(key));
    }

    private static bool MayRunAll(UserRights rights, IReadOnlyList<TxnOp> operations, Lessor leases)
    {
        foreach (var operation in operations)
        {
            var may = operation.Kind switch
            {
                TxnOpKind.Range => rights.MayRead(operation.Range.Key.Span, operation.Range.RangeEnd.Span),
                TxnOpKind.Put => MayPut(rights, operation.Put, leases),
                TxnOpKind.DeleteRange => MayDelete(rights, operation.DeleteRange),
                _ => MayRun(rights, operation.Txn!, leases),
            };
            if (!may)
            {
                return false;
            }
        }

        return true;
    }
}
