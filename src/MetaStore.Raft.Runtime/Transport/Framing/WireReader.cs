using System.Buffers.Binary;

namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Reads protobuf wire format. Never throws: every read returns whether it succeeded.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    public readonly bool AtEnd => Position >= _source.Length;

    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && Position < _source.Length; shift += 7)
        {
            byte part = _source[Position++];
            if (shift == 63 && part > 1)
            {
                return false;
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    public bool TryReadFixed64(out ulong value)
    {
        if (_source.Length - Position < sizeof(ulong))
        {
            value = 0;
            return false;
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(_source[Position..]);
        Position += sizeof(ulong);
        return true;
    }

    /// <summary>Reads a length and skips that many bytes.</summary>
    public bool TryReadBytes(out int offset, out int length)
    {
        offset = 0;
        length = 0;
        if (!TryReadVarint(out ulong claimed) || claimed > (ulong)(_source.Length - Position))
        {
            return false;
        }

        offset = Position;
        length = (int)claimed;
        Position += length;
        return true;
    }

    /// <summary>Skips an unknown field.</summary>
    public bool TrySkip(ulong tag)
    {
        switch (tag & 7)
        {
            case MessageFields.Varint:
                return TryReadVarint(out _);
            case MessageFields.Fixed64:
                return TryReadFixed64(out _);
            case MessageFields.Bytes:
                return TryReadBytes(out _, out _);
            case MessageFields.Fixed32 when _source.Length - Position >= sizeof(uint):
                Position += sizeof(uint);
                return true;
            default:
                return false;
        }
    }
}
