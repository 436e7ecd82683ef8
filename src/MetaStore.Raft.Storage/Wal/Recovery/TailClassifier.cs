using System.Buffers.Binary;
using System.IO.Hashing;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Distinguishes a torn write at the end of the log from damage to data that may have been acknowledged.</summary>
/// <remarks>
/// Based on four facts. A frame is written only after the sync of the one before returned, so a later frame shows that all earlier ones
/// were durable, and only the last frame can be torn. Files are zero-filled before use, so a sector that was never written reads as zeros.
/// A disk writes a 512-byte sector completely or not at all. A header carries the number of its frame's all-zero sectors. Whenever the
/// findings do not match a torn write exactly, the answer is to refuse. Cases a to e of the recovery table in docs/formats.md.
/// <list type="table">
/// <listheader><term>found at the expected frame, and after it</term><description>action</description></listheader>
/// <item><term>zeros to the end of the file</term><description>clean end (a)</description></item>
/// <item><term>first sector zero, then at most one frame's bytes</term><description>repair: the first sector was not written (b)</description></item>
/// <item><term>start of a header, then zeros</term><description>repair: the header was written in part (b)</description></item>
/// <item><term>header, more zero sectors than it counts</term><description>repair: sectors were not written (b)</description></item>
/// <item><term>header, correct up to a byte of the chain hash, then zeros</term><description>repair: killed during the write (b)</description></item>
/// <item><term>header, all sectors written, wrong checksum</term><description>refuse: changed after it was written (c)</description></item>
/// <item><term>a later frame of this segment, or a header of another chain</term><description>refuse: the frame was durable (d)</description></item>
/// <item><term>more data than one frame, or a file that is too short</term><description>refuse: no crash leaves this (e)</description></item>
/// </list>
/// Example: frame 7 starts at 8192 and has 1,500 bytes of content, sectors 0 to 2, none of them all zero. Power fails during its write.
/// If sectors 0 and 2 were written and sector 1 was not, the header is valid, the body checksum is wrong, and one zero sector is found
/// where the header counts none: the write was torn before its sync returned, it was never acknowledged, and the frame is cleared. If one
/// bit of sector 1 is flipped a month later instead, the checksum is wrong as well, but no sector is zero: the frame was written completely
/// and may have been acknowledged, so recovery refuses the log (exit code 65). If frame 8 follows, its existence shows that frame 7 was
/// synced, and the log is refused whatever frame 7 looks like.
/// </remarks>
internal static class TailClassifier
{
    private const int ChunkBytes = 256 << 10;

    /// <summary><see cref="WalFormat.FrameMagic"/> as it lies on disk.</summary>
    private static ReadOnlySpan<byte> FrameMagic => "MSBF"u8;

    /// <summary>Examines everything from the source's offset to the end of the file. Reads only.</summary>
    /// <param name="file">The newest segment.</param>
    /// <param name="segment">Its header.</param>
    /// <param name="source">Stopped at the offset in question.</param>
    /// <param name="check">Why it stopped.</param>
    internal static TailClassification Classify(IDiskFile file, in SegmentHeader segment, FrameSource source, FrameCheck check)
    {
        var offset = source.Offset;
        if (file.Length < segment.SegmentBytes)
        {
            // A segment has its full, synced length before it is named: no crash makes it shorter.
            return new(
                TailAction.Refuse,
                $"the file has {file.Length} bytes instead of {segment.SegmentBytes}: its end was cut off, with whatever was written there");
        }

        var evidence = Survey(file, segment.Nonce, source.NextSequence, offset);
        if (evidence.LaterFrame is { } later)
        {
            return new(
                TailAction.Refuse,
                $"frame {source.NextSequence} cannot be read ({check}), but frame {later.Sequence} after it exists",
                later.LastIndex);
        }

        switch (check)
        {
            case FrameCheck.Nothing or FrameCheck.FileEnd when evidence.LastNonZero < offset:
                return new(TailAction.CleanEnd, "end of the log");
            case FrameCheck.Nothing:
                return ClassifyMissingHeader(file, offset, evidence.LastNonZero);
            case FrameCheck.FileEnd:
                return new(TailAction.Refuse, "unknown data stands where no frame has room");
            case FrameCheck.BadHeader:
                // A complete frame ends in a chain hash, so only zeros after a partial header mean that the rest was not written.
                return evidence.LastNonZero < offset + WalFormat.FrameHeaderBytes
                    ? new(TailAction.Repair, "only a part of a frame header was written")
                    : new(TailAction.Refuse, "a frame header was changed after it was written");
            case FrameCheck.NotInChain:
                return new(
                    TailAction.Refuse,
                    $"a frame header does not continue the chain (frame {source.Header.Sequence}, expected {source.NextSequence})",
                    source.Header.LastIndex);
            default:
                return ClassifyBody(file, source, evidence.LastNonZero);
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

        return lastNonZero < offset + WalFormat.FrameBytes(WalFormat.BodyBytesTarget + WalFormat.RecordBytesMax)
            ? new(TailAction.Repair, "the first sector of the last frame never arrived")
            : new(TailAction.Refuse, "zeros are followed by more data than one frame can hold");
    }

    private static TailClassification ClassifyBody(IDiskFile file, FrameSource source, long lastNonZero)
    {
        var (header, offset) = (source.Header, source.Offset);
        if (offset + header.ContentBytes > file.Length)
        {
            return new(TailAction.Refuse, $"frame {header.Sequence} says that it is longer than the segment", header.LastIndex);
        }

        if (lastNonZero >= offset + header.FrameBytes)
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

    // Frames are searched at every byte, although they are written at aligned offsets only: in a file that lost bytes in its middle (a bad
    // copy, a bad editor) the moved frames still show that this is not the end of the log.
    private static Evidence Survey(IDiskFile file, ulong nonce, ulong nextSequence, long offset)
    {
        var length = file.Length;
        var step = (int)Math.Clamp(length - offset, WalFormat.Alignment, ChunkBytes);
        var chunk = new byte[step + WalFormat.FrameHeaderBytes];
        long lastNonZero = -1;
        for (var at = offset; at < length; at += step)
        {
            var part = chunk.AsSpan(0, file.Read(at, chunk));
            var last = part.LastIndexOfAnyExcept((byte)0);
            if (last < 0)
            {
                continue;
            }

            lastNonZero = at + last;
            for (var from = at == offset ? 1 : 0; NextFrame(part, from) is var start and >= 0; from = start + 1)
            {
                if (FrameHeader.TryRead(part[start..], out var found) && found.Nonce == nonce && found.Sequence >= nextSequence)
                {
                    return new Evidence(lastNonZero, found);
                }
            }
        }

        return new Evidence(lastNonZero, null);
    }

    private static int NextFrame(ReadOnlySpan<byte> part, int from)
    {
        var start = from < part.Length ? part[from..].IndexOf(FrameMagic) : -1;
        return start < 0 ? start : from + start;
    }

    private readonly record struct Evidence(long LastNonZero, FrameHeader? LaterFrame);
}
