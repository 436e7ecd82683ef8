using MetaStore.StateMachine.Commands.Kv;

namespace MetaStore.StateMachine.Mvcc;

/// <summary>Bytes a request counts against the space quota before it is proposed. Deletes, reads and compactions cost nothing.</summary>
public static class QuotaCost
{
    /// <summary>A lease.</summary>
    public const long Lease = 64;

    private const long PutOverhead = 256;

    /// <summary>A put.</summary>
    public static long Of(in PutCommand put) => PutOverhead + put.Key.Length + put.Value.Length;

    /// <summary>A transaction: the more expensive of its two branches, nested transactions included.</summary>
    public static long Of(TxnCommand txn) => Math.Max(Of(txn.Success), Of(txn.Failure));

    private static long Of(IReadOnlyList<TxnOp> operations)
    {
        var cost = 0L;
        foreach (var operation in operations)
        {
            cost += operation.Kind switch
            {
                TxnOpKind.Put => Of(operation.Put),
                TxnOpKind.Txn => Of(operation.Txn!),
                _ => 0,
            };
        }

        return cost;
    }
}
