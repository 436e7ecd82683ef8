using System.Buffers.Binary;

namespace MetaStore.LoadGen.Http2.Frames;

/// <summary>Splits the bytes of a socket into frames.</summary>
internal sealed class FrameReader
{
    /// <summary>Frames are at most 16 KiB + 9; a read takes many of them.</summary>
    private const int ReceiveBytes = 512 << 10;

    private readonly byte[] _bytes = new byte[ReceiveBytes];
    private int _start;
    private int _end;

    /// <summary>Buffer for the next bytes; never empty after <see cref="TryRead"/> returned false.</summary>
    public Span<byte> Room => _bytes.AsSpan(_end);

    /// <summary>The first bytes of <see cref="Room"/> are filled.</summary>
    public void Add(int count) => _end += count;

    /// <summary>Takes the next whole frame; false when there is none.</summary>
    /// <exception cref="Http2ProtocolException">The frame is larger than was allowed.</exception>
    public bool TryRead(out Frame frame)
    {
        if (_end - _start >= Http2Wire.FrameHeaderBytes)
        {
            ReadOnlySpan<byte> header = _bytes.AsSpan(_start, _end - _start);
            int length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (length > Http2Wire.DefaultFrameBytes)
            {
                throw new Http2ProtocolException($"a frame of {length} bytes is larger than was allowed");
            }

            if (header.Length >= Http2Wire.FrameHeaderBytes + length)
            {
                int streamId = BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
                frame = new Frame((FrameType)header[3], header[4], streamId, header.Slice(Http2Wire.FrameHeaderBytes, length));
                _start += Http2Wire.FrameHeaderBytes + length;
                return true;
            }
        }

        frame = default;
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        _end -= _start;
        _start = 0;
        return false;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _start = 0;
        _end = 0;
    }
}
