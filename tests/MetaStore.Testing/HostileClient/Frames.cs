using System.Buffers.Binary;
using System.Text;

namespace MetaStore.Testing.HostileClient;

/// <summary>Builds HTTP/2 frames (RFC 9113), valid or not.</summary>
public static class Frames
{
    /// <summary>Type of DATA.</summary>
    public const byte Data = 0;

    /// <summary>Type of HEADERS.</summary>
    public const byte Headers = 1;

    /// <summary>Type of PRIORITY.</summary>
    public const byte Priority = 2;

    /// <summary>Type of RST_STREAM.</summary>
    public const byte Reset = 3;

    /// <summary>Type of SETTINGS.</summary>
    public const byte Settings = 4;

    /// <summary>Type of PING.</summary>
    public const byte Ping = 6;

    /// <summary>Type of GOAWAY.</summary>
    public const byte GoAway = 7;

    /// <summary>Type of WINDOW_UPDATE.</summary>
    public const byte WindowUpdate = 8;

    /// <summary>Type of CONTINUATION.</summary>
    public const byte Continuation = 9;

    /// <summary>END_STREAM of DATA and HEADERS, ACK of SETTINGS and PING.</summary>
    public const byte EndStream = 0x1;

    /// <summary>END_HEADERS.</summary>
    public const byte EndHeaders = 0x4;

    /// <summary>PADDED.</summary>
    public const byte Padded = 0x8;

    /// <summary>The start of a connection: the preface and empty SETTINGS.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Of(Settings, 0, 0)];

    /// <summary>One frame.</summary>
    public static byte[] Of(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>HEADERS of a gRPC request.</summary>
    /// <param name="stream">An odd number, higher than those used before.</param>
    /// <param name="path">Like <c>/etcdserverpb.KV/Put</c>.</param>
    /// <param name="flags">Without END_HEADERS, CONTINUATION has to follow.</param>
    /// <param name="more">Bytes to append to the header block.</param>
    public static byte[] Request(int stream, string path, byte flags = EndHeaders, params ReadOnlySpan<byte> more) =>
        Of(Headers, flags, stream, [0x83, 0x86, .. Field(4, path), .. Field(1, "localhost"), .. Field(31, "application/grpc"), .. Field("te", "trailers"), .. more]);

    /// <summary>A field whose name is in HPACK's static table, not indexed.</summary>
    public static byte[] Field(int name, string value) => [.. Integer(name, bits: 4, 0), .. Text(value)];

    /// <summary>A field with a literal name, not indexed.</summary>
    public static byte[] Field(string name, string value) => [0, .. Text(name), .. Text(value)];

    /// <summary>A DATA frame with one gRPC message: flag, length and the first <paramref name="sent"/> bytes.</summary>
    public static byte[] Message(byte flag, uint length, ReadOnlySpan<byte> sent)
    {
        var message = new byte[5 + sent.Length];
        message[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), length);
        sent.CopyTo(message.AsSpan(5));
        return message;
    }

    /// <summary>The frame repeated as often as it fits into <paramref name="bytes"/>.</summary>
    public static byte[] Repeat(ReadOnlySpan<byte> frame, int bytes)
    {
        var result = new byte[Math.Max(bytes / frame.Length, 1) * frame.Length];
        for (var at = 0; at < result.Length; at += frame.Length)
        {
            frame.CopyTo(result.AsSpan(at));
        }

        return result;
    }

    private static byte[] Text(string text) => [.. Integer(text.Length, bits: 7, 0), .. Encoding.Latin1.GetBytes(text)];

    private static byte[] Integer(int value, int bits, byte first)
    {
        var max = (1 << bits) - 1;
        if (value < max)
        {
            return [(byte)(first | value)];
        }

        var bytes = new List<byte> { (byte)(first | max) };
        for (value -= max; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
