using System.Buffers.Binary;

namespace MetaStore.LoadGen.Http2.Frames;

/// <summary>One received frame. Its payload is valid until the next one is read.</summary>
internal readonly ref struct Frame(FrameType type, byte flags, int streamId, ReadOnlySpan<byte> payload)
{
    /// <summary>What it is.</summary>
    public FrameType Type { get; } = type;

    /// <summary>Its stream; 0 for the connection.</summary>
    public int StreamId { get; } = streamId;

    /// <summary>All bytes after the frame header.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>The payload without padding (RFC 9113 §6.1).</summary>
    public ReadOnlySpan<byte> Unpadded
    {
        get
        {
            if (!Has(Http2Wire.Padded))
            {
                return Payload;
            }

            if (Payload.IsEmpty || Payload[0] >= Payload.Length)
            {
                throw new Http2ProtocolException("a frame has more padding than payload");
            }

            return Payload[1..^Payload[0]];
        }
    }

    /// <summary>The number that the payload begins with.</summary>
    public uint Number => Payload.Length >= 4
        ? BinaryPrimitives.ReadUInt32BigEndian(Payload)
        : throw new Http2ProtocolException("a frame is too short");

    /// <summary>That number without its reserved bit: a stream id or a window increment.</summary>
    public int Number31 => (int)(Number & int.MaxValue);

    /// <summary>True when the flag is set.</summary>
    public bool Has(byte flag) => (flags & flag) != 0;
}
