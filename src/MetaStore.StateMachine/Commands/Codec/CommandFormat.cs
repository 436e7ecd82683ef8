namespace MetaStore.StateMachine.Commands.Codec;

/// <summary>Constants and sizes of the command encoding, shared by writer and reader.</summary>
/// <remarks>
/// Layout: kind (1 byte), version (1 byte), body. Integers are LEB128 varints, signed ones zigzag first; byte strings carry a varint length.
/// </remarks>
public static class CommandFormat
{
    /// <summary>The only version so far; a reader rejects any other.</summary>
    public const byte Version = 1;

    /// <summary>Kind and version.</summary>
    public const int HeaderSize = 2;

    /// <summary>Maximum number of items of one list in a command; far above what max-txn-ops allows.</summary>
    public const int ListItemsMax = 1 << 20;

    /// <summary>Maximum nesting of transactions; nesting uses up the operation budget, so real ones stay far below.</summary>
    public const int TxnDepthMax = 200;

    internal static int VarintSize(ulong value)
        => (System.Numerics.BitOperations.Log2(value | 1) / 7) + 1;

    internal static int SignedSize(long value) => VarintSize(ZigZag(value));

    internal static int BytesSize(ReadOnlyMemory<byte> value) => VarintSize((ulong)value.Length) + value.Length;

    internal static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    internal static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Encodes a command into an array of its own; for tests and for rare commands.</summary>
    public static byte[] Encode<TCommand>(in TCommand command)
        where TCommand : ICommand
    {
        var target = new byte[command.Size];
        command.Write(target);
        return target;
    }
}
