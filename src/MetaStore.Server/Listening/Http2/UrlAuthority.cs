using System.Buffers;
using System.Buffers.Binary;

namespace MetaStore.Server.Listening.Http2;

/// <summary>
/// Removes "http://" or "https://" from the <c>:authority</c> of a HEADERS frame, and replaces the path of a Unix socket by a name. etcd's Go client of the 3.4
/// series sends a member's whole URL there in calls to a selected member (<c>etcdctl endpoint status --cluster</c>), and the path of a socket that it
/// is connected to; grpc-go servers accept that, and Kestrel resets the stream.
/// </summary>
/// <remarks>Formats: RFC 9113 section 6.2 and RFC 7541 sections 5 and 6. What cannot be parsed is left unchanged, for Kestrel to reject.</remarks>
internal static class UrlAuthority
{
    internal const int FrameHeaderBytes = 9;
    internal const byte HeadersFrame = 1;

    /// <summary>SETTINGS_MAX_FRAME_SIZE, which Kestrel leaves at its default.</summary>
    internal const int PayloadBytesMax = 16 * 1024;

    private const byte Padded = 0x08;
    private const byte Priority = 0x20;

    /// <summary>Index of :authority in HPACK's static table.</summary>
    private const int AuthorityIndex = 1;

    private static ReadOnlySpan<byte> Prefix => "http://"u8;

    private static ReadOnlySpan<byte> TlsPrefix => "https://"u8;

    private static ReadOnlySpan<byte> SocketHost => "unix"u8;

    /// <summary>The frame with an authority that Kestrel accepts; null when nothing has to be changed.</summary>
    /// <param name="frame">A complete HEADERS frame.</param>
    internal static byte[]? Without(ReadOnlySpan<byte> frame)
    {
        if ((frame[4] & (Padded | Priority)) != 0)
        {
            return null;
        }

        var at = FrameHeaderBytes;
        while (at < frame.Length)
        {
            var (kind, index, next) = Representation(frame, at);
            if (kind == Kind.Unknown)
            {
                return null;
            }

            at = next;
            if (kind != Kind.Literal)
            {
                continue;
            }

            if (index == 0 && !TrySkipText(frame, ref at))
            {
                return null;
            }

            var value = at;
            if (!TrySkipText(frame, ref at))
            {
                return null;
            }

            if (index == AuthorityIndex)
            {
                return Shortened(frame, value, at);
            }
        }

        return null;
    }

    private enum Kind
    {
        Unknown,
        Other,
        Literal,
    }

    /// <summary>The kind of field that starts here, the index of its name, and the position after the index.</summary>
    private static (Kind Kind, int Index, int Next) Representation(ReadOnlySpan<byte> frame, int at)
    {
        var (kind, bits) = frame[at] switch
        {
            >= 0x80 => (Kind.Other, 7),
            >= 0x40 => (Kind.Literal, 6),
            >= 0x20 => (Kind.Other, 5),
            _ => (Kind.Literal, 4),
        };
        return TryReadInteger(frame, ref at, bits, out var index) ? (kind, index, at) : default;
    }

    private static bool TrySkipText(ReadOnlySpan<byte> frame, ref int at)
    {
        if (!TryReadInteger(frame, ref at, bits: 7, out var length) || length > frame.Length - at)
        {
            return false;
        }

        at += length;
        return true;
    }

    private static byte[]? Shortened(ReadOnlySpan<byte> frame, int value, int end)
    {
        var text = value;
        TryReadInteger(frame, ref text, bits: 7, out _);
        var isHuffman = (frame[value] & 0x80) != 0;
        var authority = isHuffman ? HuffmanHost.Decode(frame[text..end]) : frame[text..end].ToArray();
        if (authority is null || !authority.Contains((byte)'/'))
        {
            return null;
        }

        // It never becomes longer in the peer's dynamic table, so no entry that the client still refers to is evicted.
        var host = authority.AsSpan().StartsWith(Prefix) ? authority.AsSpan(Prefix.Length)
            : authority.AsSpan().StartsWith(TlsPrefix) ? authority.AsSpan(TlsPrefix.Length)
            : authority;
        if (host.Contains((byte)'/'))
        {
            host = SocketHost[..Math.Min(SocketHost.Length, host.Length)].ToArray();
        }

        var result = new ArrayBufferWriter<byte>(frame.Length * 2);
        result.Write(frame[..value]);
        WriteLength(result, host.Length);
        result.Write(host);
        result.Write(frame[end..]);
        var changed = result.WrittenSpan.ToArray();
        var payload = changed.Length - FrameHeaderBytes;
        if (payload > PayloadBytesMax)
        {
            return null;
        }

        changed[0] = (byte)(payload >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(1), (ushort)payload);
        return changed;
    }

    private static void WriteLength(ArrayBufferWriter<byte> result, int length)
    {
        const int prefixMax = 0x7F;
        if (length < prefixMax)
        {
            result.Write([(byte)length]);
            return;
        }

        result.Write([(byte)prefixMax]);
        for (length -= prefixMax; length >= 0x80; length >>= 7)
        {
            result.Write([(byte)(length | 0x80)]);
        }

        result.Write([(byte)length]);
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> frame, ref int at, int bits, out int value)
    {
        value = 0;
        if (at >= frame.Length)
        {
            return false;
        }

        var max = (1 << bits) - 1;
        value = frame[at++] & max;
        if (value < max)
        {
            return true;
        }

        for (var shift = 0; at < frame.Length && shift <= 14; shift += 7)
        {
            var more = frame[at++];
            value += (more & 0x7F) << shift;
            if (more < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
