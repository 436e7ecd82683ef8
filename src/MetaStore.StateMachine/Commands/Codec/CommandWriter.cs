using System.Text;

namespace MetaStore.StateMachine.Commands.Codec;

/// <summary>
/// Writes the encoding of <see cref="CommandFormat"/> into a span, front to back. The caller provides a span of the right size.
/// </summary>
internal ref struct CommandWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private int _position;

    public readonly int Position => _position;

    public void Header(CommandKind kind, byte version = CommandFormat.Version)
    {
        Byte((byte)kind);
        Byte(version);
    }

    public void Byte(byte value) => _target[_position++] = value;

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _target[_position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _target[_position++] = (byte)value;
    }

    public void Signed(long value) => Varint(CommandFormat.ZigZag(value));

    public void Bytes(ReadOnlyMemory<byte> value)
    {
        Varint((ulong)value.Length);
        value.Span.CopyTo(_target[_position..]);
        _position += value.Length;
    }

    /// <summary>The next <paramref name="length"/> bytes, for the caller to fill.</summary>
    public Span<byte> Raw(int length)
    {
        _position += length;
        return _target.Slice(_position - length, length);
    }

    public void Text(string value)
    {
        Varint((ulong)Encoding.UTF8.GetByteCount(value));
        _position += Encoding.UTF8.GetBytes(value, _target[_position..]);
    }

    public void Texts(IReadOnlyList<string> values)
    {
        Varint((ulong)values.Count);
        foreach (var value in values)
        {
            Text(value);
        }
    }

    internal static int TextSize(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        return CommandFormat.VarintSize((ulong)bytes) + bytes;
    }

    internal static int TextsSize(IReadOnlyList<string> values)
    {
        var size = CommandFormat.VarintSize((ulong)values.Count);
        foreach (var value in values)
        {
            size += TextSize(value);
        }

        return size;
    }
}
