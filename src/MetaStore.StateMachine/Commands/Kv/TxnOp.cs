using MetaStore.StateMachine.Commands.Codec;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>One operation of a transaction; exactly the member named by <see cref="Kind"/> is set.</summary>
public sealed class TxnOp
{
    private TxnOp(TxnOpKind kind)
    {
        Kind = kind;
    }

    /// <summary>Which of the four it is.</summary>
    public TxnOpKind Kind { get; }

    /// <summary>The read.</summary>
    public RangeQuery Range { get; private init; }

    /// <summary>The put.</summary>
    public PutCommand Put { get; private init; }

    /// <summary>The delete.</summary>
    public DeleteRangeCommand DeleteRange { get; private init; }

    /// <summary>The nested transaction; null for the other kinds.</summary>
    public TxnCommand? Txn { get; private init; }

    internal int BodySize => 1 + Kind switch
    {
        TxnOpKind.Range => Range.BodySize,
        TxnOpKind.Put => Put.BodySize,
        TxnOpKind.DeleteRange => DeleteRange.BodySize,
        _ => Txn!.BodySize,
    };

    /// <summary>Wraps a read.</summary>
    public static TxnOp Of(in RangeQuery range) => new(TxnOpKind.Range) { Range = range };

    /// <summary>Wraps a put.</summary>
    public static TxnOp Of(in PutCommand put) => new(TxnOpKind.Put) { Put = put };

    /// <summary>Wraps a delete.</summary>
    public static TxnOp Of(in DeleteRangeCommand delete) => new(TxnOpKind.DeleteRange) { DeleteRange = delete };

    /// <summary>Wraps a nested transaction.</summary>
    public static TxnOp Of(TxnCommand txn) => new(TxnOpKind.Txn) { Txn = txn };

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Byte((byte)Kind);
        switch (Kind)
        {
            case TxnOpKind.Range:
                Range.WriteBody(ref writer);
                break;
            case TxnOpKind.Put:
                Put.WriteBody(ref writer);
                break;
            case TxnOpKind.DeleteRange:
                DeleteRange.WriteBody(ref writer);
                break;
            default:
                Txn!.WriteBody(ref writer);
                break;
        }
    }

    internal static TxnOp ReadBody(ref CommandReader reader, int depth)
    {
        var kind = (TxnOpKind)reader.Byte();
        return kind switch
        {
            TxnOpKind.Range => Of(RangeQuery.ReadBody(ref reader)),
            TxnOpKind.Put => Of(PutCommand.ReadBody(ref reader)),
            TxnOpKind.DeleteRange => Of(DeleteRangeCommand.ReadBody(ref reader)),
            TxnOpKind.Txn => Of(TxnCommand.ReadBody(ref reader, depth + 1)),
            _ => throw reader.Fault($"has an unknown operation {(byte)kind}"),
        };
    }
}
