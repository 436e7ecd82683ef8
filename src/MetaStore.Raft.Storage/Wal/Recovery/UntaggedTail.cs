using System.Buffers.Binary;
using System.IO.Hashing;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Distinguishes a torn write from damage at the end of a segment without tags (format 1).</summary>
/// <remarks>
/// The file was filled with zeros before its use, so a sector that was never written reads as zeros, and a header has the number of its frame's
/// all-zero sectors.
/// <list type="table">
/// <listheader><term>found at the expected frame, and after it</term><description>action</description></listheader>
/// <item><term>zeros to the end of the file</term><description>clean end (a)</description></item>
/// <item><term>first sector zero, then at most one frame's bytes</term><description>repair: the first sector was not written (b)</description></item>
/// <item><term>start of a header, then zeros</term><description>repair: the header was written in part (b)</description></item>
/// <item><term>header, more zero sectors than it counts</term><description>repair: sectors were not written (b)</description></item>
/// <item><term>header, correct up to a byte of the chain hash, then zeros</term><description>repair: killed during the write (b)</description></item>
/// <item><term>header, all sectors written, wrong checksum</term><description>refuse: changed after it was written (c)</description></item>
/// <item><term>more data than one frame</term><description>refuse: no crash leaves this (e)</description></item>
/// </list>
/// </remarks>
internal static class UntaggedTail
{
    private const int ChunkBytes = 256 << 10;

    /// <param name="file">The newest segment.</param>
    /// <param name="source">Stopped at the offset in question.</param>
    /// <param name="check">Why it stopped: nothing there, a bad header, or a bad body.</param>
    /// <param name="lastNonZero">Offset of the last byte in the file that is not zero, or less than the source's offset.</param>
    internal static TailClassification Classify(IDiskFile file, FrameSource source, FrameCheck check, long lastNonZero)
    {
        var offset = source.Offset;
        switch (check)
        {
            case FrameCheck.Nothing or FrameCheck.FileEnd when lastNonZero < offset:
                return new(TailAction.CleanEnd, "end of the log");
            case FrameCheck.Nothing:
                return ClassifyMissingHeader(file, offset, lastNonZero);
            case FrameCheck.FileEnd:
                return new(TailAction.Refuse, "unknown data stands where no frame has room");
            case FrameCheck.BadHeader:
                // A complete frame ends in a chain hash, so only zeros after a partial header mean that the rest was not written.
                return lastNonZero < offset + WalFormat.FrameHeaderBytes
                    ? new(TailAction.Repair, "only a part of a frame header was written")
                    : new(TailAction.Refuse, "a frame header was changed after it was written");
            default:
                return ClassifyBody(file, source, lastNonZero);
        }
    }

    private static TailClassification ClassifyMissingHeader(IDiskFile file, long offset, long lastNonZero)
    {
        Span<byte> sector = stackalloc byte[WalFormat.SectorBytes];
        _ = file.Read(offset, sector);
        if (sector.ContainsAnyExcept((byte)0))
        {
            return new(TailAction.Refuse, "a frame header was zeroed, but the rest of its sector is there");
        }

        return lastNonZero < offset + WalFormat.FrameBytes(WalFormat.BodyBytesTarget + WalFormat.RecordBytesMax, tagged: false)
            ? new(TailAction.Repair, "the first sector of the last frame never arrived")
            : new(TailAction.Refuse, "zeros are followed by more data than one frame can hold");
    }

    private static TailClassification ClassifyBody(IDiskFile file, FrameSource source, long lastNonZero)
    {
        var (header, offset) = (source.Header, source.Offset);
        if (lastNonZero >= offset + header.FrameBytes(tagged: false))
        {
            return new(TailAction.Refuse, $"frame {header.Sequence} is damaged and unknown data follows it", header.LastIndex);
        }

        var missing = ZeroSectors(file, offset, header) - header.ZeroSectors;
        if (missing > 0)
        {
            return new(TailAction.Repair, $"{missing} sectors of frame {header.Sequence} never arrived");
        }

        return EndsInItsTrailer(file, source)
            ? new(TailAction.Repair, $"the end of frame {header.Sequence} was not written")
            : new(TailAction.Refuse, $"frame {header.Sequence} arrived whole and was changed later", header.LastIndex);
    }

    // A process killed during a write stops at any byte: everything is correct up to a byte within the chain hash, and zero after it.
    private static bool EndsInItsTrailer(IDiskFile file, FrameSource source)
    {
        var content = new byte[source.Header.ContentBytes];
        _ = file.Read(source.Offset, content);
        var hashed = content.AsSpan(0, content.Length - WalFormat.FrameTrailerBytes);
        var found = content.AsSpan(hashed.Length);
        Span<byte> expected = stackalloc byte[WalFormat.FrameTrailerBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(expected, XxHash64.HashToUInt64(hashed, unchecked((long)source.Chain)));
        var written = found.CommonPrefixLength(expected);
        return !found[written..].ContainsAnyExcept((byte)0)
            && (written == 0 || Crc32C.Compute(hashed[WalFormat.FrameHeaderBytes..]) == source.Header.BodyCrc);
    }

    private static int ZeroSectors(IDiskFile file, long offset, in FrameHeader header)
    {
        var end = offset + ((header.ContentBytes + WalFormat.SectorBytes - 1) / WalFormat.SectorBytes * WalFormat.SectorBytes);
        var chunk = new byte[ChunkBytes];
        var count = 0;
        while (offset < end)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, end - offset));
            var read = file.Read(offset, part);
            part[read..].Clear();
            count += SectorCount.Zero(part);
            offset += part.Length;
        }

        return count;
    }
}
