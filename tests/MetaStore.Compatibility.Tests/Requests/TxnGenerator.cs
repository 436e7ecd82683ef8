using MetaStore.Protocol.Etcd;

namespace MetaStore.Compatibility.Tests.Requests;

/// <summary>Transactions: every compare target and result, range compares, nesting, operands of the wrong kind, too many or no operations.</summary>
internal sealed class TxnGenerator(Random random, KeySpace keys, RequestGenerator requests)
{
    private const int DepthMax = 3;

    internal TxnRequest Txn(int depth)
    {
        var txn = new TxnRequest();
        if (depth == 0 && OneIn(60))
        {
            return TooMany(txn);
        }

        var readOnly = OneIn(5);
        for (var i = random.Next(4); i > 0; i--)
        {
            txn.Compare.Add(Compare());
        }

        for (var i = random.Next(5); i > 0; i--)
        {
            txn.Success.Add(Operation(depth, readOnly));
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            txn.Failure.Add(Operation(depth, readOnly));
        }

        if (depth == 0 && Operations(txn).Any(operation => operation.RequestDeleteRange is { } delete && IsFromKey(delete)))
        {
            Disarm(txn);
        }

        return txn;
    }

    /// <summary>
    /// etcd panics when a put keeps the value or the lease of a key that a from-key delete of the same transaction removed: it does not detect the
    /// overlap, and fails to find the value after it has started to write.
    /// </summary>
    private static void Disarm(TxnRequest txn)
    {
        foreach (var operation in Operations(txn))
        {
            if (operation.RequestPut is { } put)
            {
                put.IgnoreValue = false;
                put.IgnoreLease = false;
            }
        }
    }

    private static bool IsFromKey(DeleteRangeRequest delete) => delete.RangeEnd.Length == 1 && delete.RangeEnd[0] == 0;

    private static IEnumerable<RequestOp> Operations(TxnRequest txn) => txn.Success.Concat(txn.Failure)
        .SelectMany(operation => operation.RequestTxn is { } nested ? Operations(nested) : [operation]);

    private RequestOp Operation(int depth, bool readOnly)
    {
        if (OneIn(120))
        {
            return new RequestOp();
        }

        return random.Next(readOnly ? 3 : 12) switch
        {
            < 3 => new RequestOp { RequestRange = requests.Range() },
            < 7 => new RequestOp { RequestPut = requests.Put() },
            < 9 => new RequestOp { RequestDeleteRange = requests.DeleteRange() },
            _ when depth < DepthMax => new RequestOp { RequestTxn = Txn(depth + 1) },
            _ => new RequestOp { RequestPut = requests.Put() },
        };
    }

    private Compare Compare()
    {
        var key = keys.Key();
        var compare = new Compare
        {
            Key = key,
            RangeEnd = OneIn(4) ? keys.RangeEnd(key) : Google.Protobuf.ByteString.Empty,
            Result = (Compare.Types.CompareResult)random.Next(OneIn(30) ? 6 : 4),
            Target = (Compare.Types.CompareTarget)random.Next(OneIn(30) ? 7 : 5),
        };
        SetOperand(compare, OneIn(25) ? random.Next(6) : (int)compare.Target);
        return compare;
    }

    private void SetOperand(Compare compare, int kind)
    {
        switch (kind)
        {
            case 0:
                compare.Version = random.Next(5);
                break;
            case 1:
                compare.CreateRevision = OneIn(2) ? 0 : requests.Revision();
                break;
            case 2:
                compare.ModRevision = OneIn(3) ? 0 : requests.Revision();
                break;
            case 3:
                compare.Value = requests.Value();
                break;
            case 4:
                compare.Lease = requests.Lease();
                break;
            default:
                // Without an operand the comparison is with zero or an empty value.
                break;
        }
    }

    /// <summary>One more than the limit in one list, or in sum with nested ones.</summary>
    private TxnRequest TooMany(TxnRequest txn)
    {
        var nested = OneIn(2);
        var outer = nested ? 100 : random.Next(126, 131);
        for (var i = 0; i < outer; i++)
        {
            txn.Success.Add(new RequestOp { RequestRange = requests.Range() });
        }

        if (nested)
        {
            var inner = new TxnRequest();
            for (var i = random.Next(26, 30); i > 0; i--)
            {
                inner.Success.Add(new RequestOp { RequestRange = requests.Range() });
            }

            txn.Failure.Add(new RequestOp { RequestTxn = inner });
        }

        return txn;
    }

    private bool OneIn(int times) => random.Next(times) == 0;
}
