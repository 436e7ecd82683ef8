using System.Buffers.Binary;
using MetaStore.IO;
using MetaStore.Protocol.Peer;
using MetaStore.Raft.Storage.Wal;

namespace MetaStore.Raft.Runtime.Transport.Framing;

/// <summary>Constants of a peer connection; the layout is drawn in <c>proto/metastore/peer.proto</c>.</summary>
internal static class FrameFormat
{
    /// <summary>Version of everything after the preface. Members of different versions refuse each other.</summary>
    public const uint Version = 1;

    /// <summary>u32 length of the body, u32 CRC32C of the body, little-endian.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Charged bytes at which a run of entries to a peer ends; the entry that reaches them is still included. 1 MiB.</summary>
    public const int AppendRunBytes = 1 << 20;

    /// <summary>Largest body on the append lane: such a run, the largest entry as its last, and what fields take above their charge.</summary>
    public const int AppendBytesMax = AppendRunBytes + WriteAheadLog.RecordBytesMax + (256 << 10);

    /// <summary>Largest body on the control lane, and of a snapshot's announcement: numbers, and the ids of all members.</summary>
    public const int ControlBytesMax = 64 << 10;

    /// <summary>Maximum entries in one message: those of a run that ends at 1 MiB are charged at least 32 bytes each.</summary>
    public const int EntriesMax = 64 << 10;

    /// <summary>Hello, welcome, probe and receipt are tiny; a larger one is invalid.</summary>
    public const int HandshakeBytesMax = 1024;

    /// <summary>A welcome that lists the members: some hundred bytes for each.</summary>
    public const int MemberListBytesMax = 256 << 10;

    /// <summary>First bytes of every connection.</summary>
    public static ReadOnlySpan<byte> Preface => "MSPEER\0\u0001"u8;

    /// <summary>Largest body that a lane carries after the handshake.</summary>
    public static int BytesMax(Lane lane) => lane switch
    {
        Lane.Append => AppendBytesMax,
        Lane.Control or Lane.Snapshot => ControlBytesMax,
        _ => HandshakeBytesMax,
    };

    public static void WriteHeader(Span<byte> target, int length, uint checksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], checksum);
    }

    public static (uint Length, uint Checksum) ReadHeader(ReadOnlySpan<byte> source) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(source), BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));

    /// <summary>Wraps a small body into a frame of its own.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[HeaderBytes + body.Length];
        WriteHeader(frame, body.Length, Crc32C.Compute(body));
        body.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }
}
