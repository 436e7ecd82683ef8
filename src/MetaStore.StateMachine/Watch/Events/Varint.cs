using MetaStore.StateMachine.Commands.Codec;

namespace MetaStore.StateMachine.Watch.Events;

/// <summary>Protobuf varints; negative numbers take ten bytes.</summary>
public static class Varint
{
    /// <summary>Encoded length of a number.</summary>
    public static int Size(long value) => CommandFormat.VarintSize((ulong)value);

    /// <summary>Writes a number; returns its length.</summary>
    public static int Write(Span<byte> target, long value)
    {
        var left = (ulong)value;
        var position = 0;
        while (left >= 0x80)
        {
            target[position++] = (byte)(left | 0x80);
            left >>= 7;
        }

        target[position++] = (byte)left;
        return position;
    }
}
