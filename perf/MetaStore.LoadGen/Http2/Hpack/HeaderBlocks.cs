using MetaStore.LoadGen.Http2.Frames;

namespace MetaStore.LoadGen.Http2.Hpack;

/// <summary>Assembles header blocks from HEADERS and CONTINUATION frames and decodes them.</summary>
internal sealed class HeaderBlocks
{
    private HeaderBlockCache _cache = new();
    private byte[] _block = new byte[1024];
    private int _count;
    private int _openStream;
    private bool _openEndsStream;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _cache = new HeaderBlockCache();
        _openStream = 0;
    }

    /// <summary>Checks that no other frame comes between the parts of a block (RFC 9113 §6.10).</summary>
    public void CheckOrder(FrameType type)
    {
        if (_openStream != 0 && type != FrameType.Continuation)
        {
            throw new Http2ProtocolException("a header block was interrupted");
        }
    }

    /// <summary>Handles a HEADERS or CONTINUATION frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="endsStream">True when the block is the last thing of its stream.</param>
    /// <returns>The headers when the block is complete.</returns>
    public ResponseHeaders? Add(in Frame frame, out bool endsStream)
    {
        bool complete = frame.Has(Http2Wire.EndHeaders);
        if (frame.Type == FrameType.Headers)
        {
            ReadOnlySpan<byte> block = frame.Has(Http2Wire.PriorityFlag) ? frame.Unpadded[5..] : frame.Unpadded;
            endsStream = frame.Has(Http2Wire.EndStream);
            if (complete)
            {
                return _cache.Get(block);
            }

            _openStream = frame.StreamId;
            _openEndsStream = endsStream;
            _count = 0;
            Append(block);
            return null;
        }

        if (_openStream == 0 || frame.StreamId != _openStream)
        {
            throw new Http2ProtocolException("a continuation belongs to no header block");
        }

        endsStream = _openEndsStream;
        Append(frame.Payload);
        if (!complete)
        {
            return null;
        }

        _openStream = 0;
        return _cache.Get(_block.AsSpan(0, _count));
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (_count + part.Length > _block.Length)
        {
            Array.Resize(ref _block, (_count + part.Length) * 2);
        }

        part.CopyTo(_block.AsSpan(_count));
        _count += part.Length;
    }
}
