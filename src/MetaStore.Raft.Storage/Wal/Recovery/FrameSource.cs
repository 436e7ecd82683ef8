using System.Buffers.Binary;
using System.IO.Hashing;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Reads the frames of one segment in sequence and checks each against the chain.</summary>
/// <remarks>Limits are checked before a body is allocated. A frame's bytes belong to the receiver; entries may keep slices of them.</remarks>
internal sealed class FrameSource
{
    private const int WindowBytes = 256 << 10;

    private readonly IDiskFile _file;
    private readonly ulong _nonce;
    private readonly SectorTags? _tags;
    private readonly byte[] _window;
    private long _windowStart;
    private int _windowLength;

    /// <summary>Starts after the segment's header.</summary>
    /// <param name="file">The segment. Owned by the caller.</param>
    /// <param name="header">Its header, already checked.</param>
    internal FrameSource(IDiskFile file, in SegmentHeader header)
    {
        _file = file;
        _window = new byte[Math.Clamp(file.Length, WalFormat.Alignment, WindowBytes)];
        _nonce = header.Nonce;
        _tags = header.Tags;
        Offset = WalFormat.SegmentHeaderBytes;
        NextSequence = header.FirstFrame;
        Chain = header.PreviousChain;
    }

    /// <summary>Offset of the next frame.</summary>
    internal long Offset { get; private set; }

    /// <summary>Sequence of the next frame.</summary>
    internal ulong NextSequence { get; private set; }

    /// <summary>Chain hash of the last valid frame.</summary>
    internal ulong Chain { get; private set; }

    /// <summary>Header of the frame read last; valid for <see cref="FrameCheck.Valid"/>, NotInChain and BadBody.</summary>
    internal FrameHeader Header { get; private set; }

    /// <summary>Records of the frame read last; only after <see cref="FrameCheck.Valid"/>.</summary>
    internal ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Reads the next frame and advances past it when it is valid; otherwise the position stays.</summary>
    internal FrameCheck Next()
    {
        var headBytes = _tags is null ? WalFormat.FrameHeaderBytes : WalFormat.SectorBytes;
        var head = Peek(Offset, headBytes);
        if (head.Length < headBytes)
        {
            return FrameCheck.FileEnd;
        }

        if (_tags is null ? !head.ContainsAnyExcept((byte)0) : _tags.StateOf(head) is SectorState.Unwritten or SectorState.Partial)
        {
            return FrameCheck.Nothing;
        }

        if (!FrameHeader.TryRead(head, out var header))
        {
            return FrameCheck.BadHeader;
        }

        Header = header;
        if (header.Nonce != _nonce || header.Sequence != NextSequence || header.PreviousChain != Chain
            || header.BodyBytes is < 0 or > WalFormat.BodyBytesMax || header.RecordCount < 0)
        {
            return FrameCheck.NotInChain;
        }

        var stored = header.StoredBytes(_tags is not null);
        if (Offset + stored > _file.Length)
        {
            return FrameCheck.BadBody;
        }

        var content = new byte[stored];
        if (!Copy(Offset, content) || (_tags is not null && !FrameSectors.Gather(content, _tags.Own)))
        {
            return FrameCheck.BadBody;
        }

        var hashed = content.AsSpan(0, WalFormat.FrameHeaderBytes + header.BodyBytes);
        if (Crc32C.Compute(hashed[WalFormat.FrameHeaderBytes..]) != header.BodyCrc)
        {
            return FrameCheck.BadBody;
        }

        var chain = XxHash64.HashToUInt64(hashed, unchecked((long)Chain));
        if (BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(hashed.Length)) != chain)
        {
            return FrameCheck.BadBody;
        }

        Body = content.AsMemory(WalFormat.FrameHeaderBytes, header.BodyBytes);
        Chain = chain;
        NextSequence++;
        Offset += header.FrameBytes(_tags is not null);
        return FrameCheck.Valid;
    }

    /// <summary>Reads the frame at an offset, whatever precedes it: its own checksum and hash are checked, not that it continues the chain.</summary>
    internal FrameCheck ReadAt(long offset)
    {
        var check = NextAt(offset);
        if (check != FrameCheck.Valid)
        {
            // What was read ahead may be from before the frame was written.
            _windowLength = 0;
            check = NextAt(offset);
        }

        return check;
    }

    private FrameCheck NextAt(long offset)
    {
        Offset = offset;
        var head = Peek(offset, WalFormat.FrameHeaderBytes);
        if (head.Length == WalFormat.FrameHeaderBytes && FrameHeader.TryRead(head, out var header))
        {
            NextSequence = header.Sequence;
            Chain = header.PreviousChain;
        }

        return Next();
    }

    private ReadOnlySpan<byte> Peek(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowLength)
        {
            _windowStart = offset;
            _windowLength = _file.Read(offset, _window);
        }

        var from = (int)(offset - _windowStart);
        return _window.AsSpan(from, Math.Min(count, _windowLength - from));
    }

    private bool Copy(long offset, Span<byte> target)
    {
        var inWindow = Peek(offset, Math.Min(target.Length, _window.Length));
        if (inWindow.Length == target.Length)
        {
            inWindow.CopyTo(target);
            return true;
        }

        return _file.Read(offset, target) == target.Length;
    }
}
