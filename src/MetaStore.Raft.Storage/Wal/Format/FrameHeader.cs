using System.Buffers.Binary;
using MetaStore.IO;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>The 64-byte header of a frame.</summary>
/// <param name="Nonce">The segment's nonce: a frame of another segment is never accepted in this one.</param>
/// <param name="Sequence">One more than the frame before, across segments.</param>
/// <param name="PreviousChain">Chain hash of the frame before.</param>
/// <param name="BodyBytes">Length of the records.</param>
/// <param name="RecordCount">Number of records.</param>
/// <param name="FirstIndex">Lowest entry index inside, 0 without entries.</param>
/// <param name="LastIndex">Highest entry index inside, 0 without entries.</param>
/// <param name="BodyCrc">CRC-32C of the records.</param>
/// <param name="Flags">What is inside.</param>
/// <param name="ZeroSectors">
/// Format 1 only, 0 in format 2: how many 512-byte sectors of the frame's content were all zero when written. More of them on disk later
/// means that a sector never arrived; the same number with a wrong checksum means that a sector changed.
/// </param>
internal readonly record struct FrameHeader(
    ulong Nonce,
    ulong Sequence,
    ulong PreviousChain,
    int BodyBytes,
    int RecordCount,
    ulong FirstIndex,
    ulong LastIndex,
    uint BodyCrc,
    FrameFlags Flags,
    int ZeroSectors)
{
    /// <summary>Header, records and chain hash, without padding.</summary>
    internal long ContentBytes => WalFormat.FrameHeaderBytes + (long)BodyBytes + WalFormat.FrameTrailerBytes;

    /// <summary>Bytes that must be right: all tagged sectors with their padding, or the content without its padding.</summary>
    internal long StoredBytes(bool tagged) => tagged ? FrameSectors.StoredBytes(ContentBytes) : ContentBytes;

    /// <summary>With padding.</summary>
    internal long FrameBytes(bool tagged) => WalFormat.FrameBytes(BodyBytes, tagged);

    /// <summary>Reads a header and checks magic and checksum, nothing else.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < WalFormat.FrameHeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(source) != WalFormat.FrameMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Compute(source[8..WalFormat.FrameHeaderBytes]))
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(source[60..]);
        header = new FrameHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[36..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[56..]),
            (FrameFlags)(byte)flags,
            (int)(flags >> 8));
        return true;
    }

    internal void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, WalFormat.FrameMagic);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Nonce);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], PreviousChain);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], BodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], RecordCount);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], FirstIndex);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], LastIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(target[56..], BodyCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(target[60..], (byte)Flags | ((uint)ZeroSectors << 8));
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(target[8..WalFormat.FrameHeaderBytes]));
    }
}

/// <summary>What a frame holds, low eight bits of its flags word.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>Has a HardState record.</summary>
    HardState = 1,

    /// <summary>Has a snapshot marker.</summary>
    Marker = 2,

    /// <summary>Closes the segment.</summary>
    Seal = 4,

    /// <summary>Written only to confirm that the frame before it was durable.</summary>
    Proof = 8,
}
