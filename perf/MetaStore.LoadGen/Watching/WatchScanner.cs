using System.Buffers.Binary;
using MetaStore.LoadGen.Http2.Frames;
using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Watching;

/// <summary>
/// Counts events and answers in a stream of WatchResponse messages that arrives in parts, without copying or decoding them.
/// </summary>
/// <remarks>Goes from field to field of a message. All of them have numbers below 16, so a tag is one byte. One thread feeds it, any may read.</remarks>
internal sealed class WatchScanner : IResponseBytes
{
    private const byte CreatedTag = 3 << 3;
    private const byte EventsTag = (11 << 3) | 2;
    private const byte LengthDelimited = 2;
    private const byte WireTypeMask = 7;

    /// <summary>A tag and the longest varint; the five bytes in front of a message are fewer.</summary>
    private const int ItemBytesMax = 11;

    private readonly byte[] _cut = new byte[ItemBytesMax];
    private int _cutBytes;
    private long _skip;
    private long _leftOfMessage;
    private long _events;
    private int _created;

    /// <summary>Events so far.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Watches that the server has created.</summary>
    public int Created => Volatile.Read(ref _created);

    /// <inheritdoc/>
    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        long events = 0;
        while (!bytes.IsEmpty)
        {
            if (_skip > 0)
            {
                int skipped = (int)Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            int taken = _cutBytes == 0 ? Take(bytes, ref events) : TakeCut(bytes[0], ref events);
            if (taken == 0)
            {
                // The item continues in the next chunk.
                bytes.CopyTo(_cut);
                _cutBytes = bytes.Length;
                break;
            }

            bytes = bytes[taken..];
        }

        Volatile.Write(ref _events, _events + events);
    }

    /// <summary>Completes, byte by byte, an item that was split.</summary>
    private int TakeCut(byte next, ref long events)
    {
        _cut[_cutBytes++] = next;
        if (Take(_cut.AsSpan(0, _cutBytes), ref events) > 0)
        {
            _cutBytes = 0;
        }

        return 1;
    }

    /// <summary>Reads the prefix of a message, or a field without its content; 0 when it is incomplete.</summary>
    private int Take(ReadOnlySpan<byte> bytes, ref long events)
    {
        if (_leftOfMessage == 0)
        {
            if (bytes.Length < GrpcFrame.PrefixBytes)
            {
                return 0;
            }

            _leftOfMessage = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            return GrpcFrame.PrefixBytes;
        }

        int length = Varint(bytes[1..], out ulong value);
        if (length == 0)
        {
            return 0;
        }

        byte tag = bytes[0];
        _skip = (tag & WireTypeMask) == LengthDelimited ? (long)value : 0;
        _leftOfMessage -= 1 + length + _skip;
        events += tag == EventsTag ? 1 : 0;
        if (tag == CreatedTag)
        {
            Volatile.Write(ref _created, _created + 1);
        }

        return 1 + length;
    }

    /// <summary>Returns the length of a varint; 0 when it is incomplete.</summary>
    private static int Varint(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            value |= (ulong)(bytes[at] & 0x7f) << (7 * at);
            if (bytes[at] < 0x80)
            {
                return at + 1;
            }
        }

        return 0;
    }
}
