using System.Buffers.Binary;

namespace MetaStore.Fuzz.Inputs;

/// <summary>Takes values from an input, one after the other; what it lacks is zero or empty.</summary>
internal ref struct InputReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _left = input;

    public readonly bool IsAtEnd => _left.IsEmpty;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => (ushort)Number(sizeof(ushort));

    public ulong UInt64() => Number(sizeof(ulong));

    /// <summary>A byte with a length, and so many bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Byte());

    private ulong Number(int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        Take(length).CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = _left[..Math.Min(count, _left.Length)];
        _left = _left[taken.Length..];
        return taken;
    }
}
