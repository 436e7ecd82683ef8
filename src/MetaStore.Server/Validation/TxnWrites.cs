using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace MetaStore.Server.Validation;

/// <summary>The keys that one branch of a transaction writes, to reject duplicate writes.</summary>
/// <remarks>
/// Measured on etcd: a put inside a deleted range is rejected in either order, overlapping deletes are accepted, the two branches of a nested
/// transaction exclude each other, a delete "from key" (range end of one zero byte) covers nothing here, and of two sibling transactions only the
/// later one's puts are compared with the earlier one's deletes.
/// </remarks>
internal sealed class TxnWrites
{
    private readonly HashSet<ByteString> _puts = [];
    private readonly KeyIntervals _deletes = new();

    /// <summary>Checks a branch including everything nested in it.</summary>
    public static ServerError Check(RepeatedField<RequestOp> branch) =>
        branch.Count == 0 || new TxnWrites().TryAdd(branch) ? ServerError.None : ServerError.DuplicateKey;

    private bool TryAdd(RepeatedField<RequestOp> branch)
    {
        foreach (RequestOp operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestDeleteRange)
            {
                _deletes.Add(operation.RequestDeleteRange.Key, operation.RequestDeleteRange.RangeEnd);
            }
        }

        foreach (RequestOp operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestTxn && !TryAddNested(operation.RequestTxn))
            {
                return false;
            }
        }

        foreach (RequestOp operation in branch)
        {
            if (operation.RequestCase == RequestOp.RequestOneofCase.RequestPut && !TryAddPut(operation.RequestPut.Key))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAddNested(TxnRequest nested)
    {
        var success = new TxnWrites();
        var failure = new TxnWrites();
        if (!success.TryAdd(nested.Success) || !failure.TryAdd(nested.Failure) || !success._puts.All(TryAddPut))
        {
            return false;
        }

        foreach (ByteString key in failure._puts)
        {
            if (_deletes.Contains(key) || (!_puts.Add(key) && !success._puts.Contains(key)))
            {
                return false;
            }
        }

        _deletes.AddAll(success._deletes);
        _deletes.AddAll(failure._deletes);
        return true;
    }

    private bool TryAddPut(ByteString key) => !_deletes.Contains(key) && _puts.Add(key);
}
