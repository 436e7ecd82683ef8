using System.Net.Sockets;
using MetaStore.IO;
using MetaStore.Raft.Runtime.Transport.Security;

namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Reads frames from a connection, blocking.</summary>
/// <remarks>
/// Reads ahead into one buffer, so that a burst of small frames costs one system call. A body that will be kept (entries share it) or
/// that does not fit gets an array of its own, into which the rest is received directly. That array grows with the received data, from the size
/// of the largest frame that has arrived on this connection: a frame that only claims to be large takes little memory. One thread.
/// </remarks>
/// <param name="link">The connection.</param>
/// <param name="bytesMax">Largest accepted body.</param>
internal sealed class FrameReader(PeerLink link, int bytesMax)
{
    private const int BufferBytes = 64 << 10;

    /// <summary>Initial size of the array for a large body, before a larger one has arrived.</summary>
    private const int FirstBytes = 256 << 10;

    /// <summary>
    /// The same at most, whatever has arrived: enough for a full run of entries. An array that grows is copied, and each of its sizes is new memory to the
    /// kernel: half of the time of receiving runs of large values.
    /// </summary>
    private const int ProvenBytesMax = FrameFormat.AppendRunBytes + (64 << 10);

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private uint _claimed;
    private int _provenBytes = FirstBytes;

    /// <summary>Initial size of the array for the next large body.</summary>
    internal int InitialBytes => _provenBytes;

    /// <summary>True when another whole frame is in the buffer, so that <see cref="Next"/> will not block.</summary>
    public bool HasBuffered
    {
        get
        {
            int available = _end - _start;
            return available >= FrameFormat.HeaderBytes
                && available - FrameFormat.HeaderBytes >= FrameFormat.ReadHeader(_buffer.AsSpan(_start)).Length;
        }
    }

    /// <summary>Reads the next frame, blocking.</summary>
    /// <param name="body">Valid until the next call, unless <see cref="MessageDecoder.MayKeepBody"/> says that it may be kept.</param>
    /// <exception cref="SocketException">The connection broke or timed out.</exception>
    /// <exception cref="PeerLinkException">What arrived under TLS is not what was sent.</exception>
    public FrameOutcome Next(out ReadOnlyMemory<byte> body)
    {
        body = default;
        if (!Fill(FrameFormat.HeaderBytes))
        {
            return _end == _start ? FrameOutcome.Closed : FrameOutcome.Truncated;
        }

        (_claimed, uint checksum) = FrameFormat.ReadHeader(_buffer.AsSpan(_start));
        if (_claimed > bytesMax)
        {
            return FrameOutcome.Oversized;
        }

        _start += FrameFormat.HeaderBytes;
        int length = (int)_claimed;
        if (length <= BufferBytes / 4)
        {
            if (!Fill(length))
            {
                return FrameOutcome.Truncated;
            }

            ReadOnlyMemory<byte> window = _buffer.AsMemory(_start, length);
            body = MessageDecoder.MayKeepBody(window.Span) ? window.ToArray() : window;
            _start += length;
        }
        else
        {
            if (ReadLarge(length) is not { } own)
            {
                return FrameOutcome.Truncated;
            }

            body = own;
        }

        return Crc32C.Compute(body.Span) == checksum ? FrameOutcome.Frame : FrameOutcome.Damaged;
    }

    /// <summary>Fills the target, from the read-ahead buffer first.</summary>
    /// <returns>False when the connection was closed before.</returns>
    public bool ReadExactly(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int received = Read(target);
            if (received == 0)
            {
                return false;
            }

            target = target[received..];
        }

        return true;
    }

    /// <summary>Reads some bytes, from the read-ahead buffer first.</summary>
    /// <returns>0 when the connection was closed.</returns>
    public int Read(Span<byte> target)
    {
        int ahead = Math.Min(_end - _start, target.Length);
        if (ahead == 0)
        {
            return link.Receive(target);
        }

        _buffer.AsSpan(_start, ahead).CopyTo(target);
        _start += ahead;
        return ahead;
    }

    /// <summary>A sentence for the log.</summary>
    public string Describe(FrameOutcome outcome) => outcome switch
    {
        FrameOutcome.Truncated => "the connection ended inside a frame",
        FrameOutcome.Oversized => $"a frame claims {_claimed} bytes, more than the {bytesMax} allowed",
        FrameOutcome.Damaged => $"a frame of {_claimed} bytes has a wrong checksum",
        _ => "the connection was closed",
    };

    /// <returns>The body in an array of its own; null when the connection was closed before its end.</returns>
    private byte[]? ReadLarge(int length)
    {
        byte[] body = GC.AllocateUninitializedArray<byte>(Math.Min(length, _provenBytes));
        for (int arrived = 0; ;)
        {
            if (!ReadExactly(body.AsSpan(arrived)))
            {
                return null;
            }

            arrived = body.Length;
            if (arrived == length)
            {
                _provenBytes = Math.Max(_provenBytes, Math.Min(length, ProvenBytesMax));
                return body;
            }

            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, 2L * arrived));
            body.CopyTo(larger, 0);
            body = larger;
        }
    }

    /// <summary>Makes sure that so many bytes are in the buffer.</summary>
    private bool Fill(int count)
    {
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
        }
        else if (_buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            int received = link.Receive(_buffer.AsSpan(_end));
            if (received == 0)
            {
                return false;
            }

            _end += received;
        }

        return true;
    }
}

/// <summary>Result of <see cref="FrameReader"/>.</summary>
internal enum FrameOutcome : byte
{
    /// <summary>A whole frame with the right checksum.</summary>
    Frame,

    /// <summary>The peer closed the connection between two frames.</summary>
    Closed,

    /// <summary>The peer closed the connection inside a frame.</summary>
    Truncated,

    /// <summary>The frame claims more bytes than are allowed.</summary>
    Oversized,

    /// <summary>The checksum is wrong.</summary>
    Damaged,
}
