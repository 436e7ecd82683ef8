using System.Buffers.Binary;
using MetaStore.LoadGen.Http2.Frames;

namespace MetaStore.LoadGen.Http2;

/// <summary>Numbers and headers of the HTTP/2 wire format (RFC 9113).</summary>
internal static class Http2Wire
{
    public const int FrameHeaderBytes = 9;
    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte PriorityFlag = 0x20;

    public const ushort SettingHeaderTableSize = 1;
    public const ushort SettingEnablePush = 2;
    public const ushort SettingMaxConcurrentStreams = 3;
    public const ushort SettingInitialWindowSize = 4;
    public const ushort SettingMaxFrameSize = 5;

    public const uint NoError = 0;
    public const uint RefusedStream = 7;
    public const uint Cancel = 8;

    public const int DefaultWindow = 65_535;
    public const int DefaultFrameBytes = 16_384;
    public const int DefaultHeaderTableBytes = 4_096;

    /// <summary>What a client sends first (RFC 9113 §3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Writes the nine bytes in front of a frame's payload.</summary>
    public static void WriteFrameHeader(Span<byte> target, int length, FrameType type, byte flags, int streamId)
    {
        target[0] = (byte)(length >> 16);
        target[1] = (byte)(length >> 8);
        target[2] = (byte)length;
        target[3] = (byte)type;
        target[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(target[5..], streamId);
    }
}
