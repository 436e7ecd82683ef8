using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Reading;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Writing;

/// <summary>Result of one operation of a transaction.</summary>
public sealed class TxnOpResult
{
    /// <summary>The kind of the operation.</summary>
    public required TxnOpKind Kind { get; init; }

    /// <summary>
    /// Revision for the inner header of a range, put or delete: before the transaction's first write the store revision, from then on the
    /// revision of the transaction. Nested transactions have no such header.
    /// </summary>
    public long Revision { get; init; }

    /// <summary>For a range.</summary>
    public RangeResult Range { get; init; }

    /// <summary>Keys deleted, for a delete.</summary>
    public long Deleted { get; init; }

    /// <summary>Put: the pair before, if asked for and there was one. Delete: the deleted pairs, if asked for. Null otherwise.</summary>
    public IReadOnlyList<KeyValue>? PrevKvs { get; init; }

    /// <summary>For a nested transaction.</summary>
    public TxnResult? Txn { get; init; }
}
