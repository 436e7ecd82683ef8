using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Commands.Kv;

/// <summary>One condition of a transaction. Source: etcd v3 Compare.</summary>
public readonly struct TxnCompare
{
    /// <summary>What is compared; unknown numbers are kept, see <see cref="CompareTarget"/>.</summary>
    public CompareTarget Target { get; init; }

    /// <summary>Wanted relation; unknown numbers are kept, see <see cref="CompareResult"/>.</summary>
    public CompareResult Result { get; init; }

    /// <summary>Key, never empty.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>As in a range: every key in it must satisfy the condition; with none in it, a missing key must.</summary>
    public ReadOnlyMemory<byte> RangeEnd { get; init; }

    /// <summary>Operand for the numeric targets; 0 when the request carried another operand or none.</summary>
    public long Number { get; init; }

    /// <summary>Operand for <see cref="CompareTarget.Value"/>; empty when the request carried another operand or none.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    internal int BodySize
        => CommandFormat.SignedSize((int)Target) + CommandFormat.SignedSize((int)Result) + CommandFormat.BytesSize(Key)
            + CommandFormat.BytesSize(RangeEnd) + CommandFormat.SignedSize(Number) + CommandFormat.BytesSize(Value);

    internal void WriteBody(ref CommandWriter writer)
    {
        writer.Signed((int)Target);
        writer.Signed((int)Result);
        writer.Bytes(Key);
        writer.Bytes(RangeEnd);
        writer.Signed(Number);
        writer.Bytes(Value);
    }

    internal static TxnCompare ReadBody(ref CommandReader reader)
        => new()
        {
            Target = (CompareTarget)unchecked((int)reader.Signed()),
            Result = (CompareResult)unchecked((int)reader.Signed()),
            Key = reader.Bytes(),
            RangeEnd = reader.Bytes(),
            Number = reader.Signed(),
            Value = reader.Bytes(),
        };
}
