using System.Numerics;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Writes protobuf fields into memory that is large enough, without a message object. Source: protobuf's encoding of varints and length-delimited fields.</summary>
internal ref struct FieldWriter(Span<byte> target)
{
    /// <summary>Longest varint, and longest field of a number with a tag of one byte.</summary>
    public const int VarintBytesMax = 10;
    public const int NumberBytesMax = 1 + VarintBytesMax;

    private const int BitsPerByte = 7;
    private const byte MoreFollows = 0x80;

    private readonly Span<byte> _target = target;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of a varint.</summary>
    public static int SizeOf(ulong value) => (BitOperations.Log2(value) / BitsPerByte) + 1;

    /// <summary>A number; 0, the default, is left out.</summary>
    /// <param name="tag">Of a field with wire type 0.</param>
    /// <param name="value">A negative number of int64 is its two's complement.</param>
    public void Number(byte tag, ulong value)
    {
        if (value != 0)
        {
            _target[Length++] = tag;
            Varint(value);
        }
    }

    /// <summary>Tag and length; as many bytes have to follow.</summary>
    /// <param name="tag">Of a field with wire type 2.</param>
    /// <param name="length">Not negative.</param>
    public void Prefix(byte tag, int length)
    {
        _target[Length++] = tag;
        Varint((uint)length);
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_target[Length..]);
        Length += bytes.Length;
    }

    private void Varint(ulong value)
    {
        for (; value >= MoreFollows; value >>= BitsPerByte)
        {
            _target[Length++] = (byte)(value | MoreFollows);
        }

        _target[Length++] = (byte)value;
    }
}
