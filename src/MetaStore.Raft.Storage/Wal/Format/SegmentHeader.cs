using System.Buffers.Binary;
using MetaStore.IO;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>The first 4 KiB of a segment.</summary>
/// <param name="FormatVersion">See <see cref="WalFormat.Version"/>; 1 for a segment without tags.</param>
/// <param name="ClusterId">Cluster of the log.</param>
/// <param name="NodeId">Node of the log.</param>
/// <param name="Sequence">Number of the segment, from 1, without gaps.</param>
/// <param name="FirstIndex">Index of the first entry in it; without entries, the next index of the log.</param>
/// <param name="PreviousChain">Chain hash of the seal frame of the segment before; 0 in segment 1.</param>
/// <param name="Nonce">Random, repeated in each frame.</param>
/// <param name="SegmentBytes">Length of the file.</param>
/// <param name="FirstFrame">Sequence of the first frame in it.</param>
/// <param name="Tags">Tags of the file's uses; null in format 1.</param>
internal readonly record struct SegmentHeader(
    uint FormatVersion,
    ulong ClusterId,
    ulong NodeId,
    ulong Sequence,
    ulong FirstIndex,
    ulong PreviousChain,
    ulong Nonce,
    long SegmentBytes,
    ulong FirstFrame,
    SectorTags? Tags)
{
    private const int CrcOffset = WalFormat.SegmentHeaderBytes - 4;
    private const int TagOffset = 80;
    private const int EarlierCountOffset = 84;
    private const int EarlierOffset = 88;

    /// <summary>Reads a header and checks magic, checksum and the count of tags, nothing else.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> source, out SegmentHeader header)
    {
        header = default;
        if (source.Length < WalFormat.SegmentHeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(source) != WalFormat.SegmentMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[CrcOffset..]) != Crc32C.Compute(source[..CrcOffset]))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        if (!TryReadTags(source, version, out var tags))
        {
            return false;
        }

        header = new SegmentHeader(
            version,
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[64..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[72..]),
            tags);
        return true;
    }

    /// <summary>Fills all 4 KiB of <paramref name="target"/>.</summary>
    internal void Write(Span<byte> target)
    {
        target[..WalFormat.SegmentHeaderBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, WalFormat.SegmentMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], FormatVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], NodeId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], FirstIndex);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], PreviousChain);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], SegmentBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(target[72..], FirstFrame);
        if (Tags is { } tags)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target[TagOffset..], tags.Own);
            BinaryPrimitives.WriteInt32LittleEndian(target[EarlierCountOffset..], tags.Earlier.Length);
            for (var i = 0; i < tags.Earlier.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(target[(EarlierOffset + (i * SectorTags.Bytes))..], tags.Earlier[i]);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcOffset..], Crc32C.Compute(target[..CrcOffset]));
    }

    private static bool TryReadTags(ReadOnlySpan<byte> source, uint version, out SectorTags? tags)
    {
        tags = null;
        if (version != WalFormat.Version)
        {
            // A newer format is refused by its number, whatever is here.
            return true;
        }

        var own = BinaryPrimitives.ReadUInt32LittleEndian(source[TagOffset..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(source[EarlierCountOffset..]);
        if (own == 0 || count is < 0 or >= SectorTags.UsesMax)
        {
            return false;
        }

        var earlier = new uint[count];
        for (var i = 0; i < count; i++)
        {
            earlier[i] = BinaryPrimitives.ReadUInt32LittleEndian(source[(EarlierOffset + (i * SectorTags.Bytes))..]);
        }

        tags = new SectorTags(own, earlier);
        return true;
    }
}
