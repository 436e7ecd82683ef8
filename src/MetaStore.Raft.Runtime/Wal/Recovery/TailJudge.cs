using System.Buffers.Binary;
using System.IO.Hashing;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Wal.Format;

namespace MetaStore.Raft.Runtime.Wal.Recovery;

/// <summary>Tells a write that a crash cut off from damage to data that may have been acknowledged.</summary>
/// <remarks>
/// The ground it stands on: a frame is written only after the sync of the one before returned, so any later frame proves all earlier
/// ones; files are zero-filled before use, so a sector that never arrived reads as zeros; a disk writes a 512-byte sector entirely or
/// not at all. Whenever the evidence does not fit a cut-off write exactly, the answer is to refuse.
/// Cases a to e of the recovery table in docs/formats.md.
/// </remarks>
internal static class TailJudge
{
    private const int ChunkBytes = 256 << 10;

    /// <summary><see cref="WalFormat.FrameMagic"/> as it lies on disk.</summary>
    private static ReadOnlySpan<byte> FrameMagic => "MSBF"u8;

    /// <summary>Looks at everything from the source's offset to the end of the file. Reads only.</summary>
    /// <param name="file">The newest segment.</param>
    /// <param name="segment">Its header.</param>
    /// <param name="source">Stopped at the place in question.</param>
    /// <param name="verdict">Why it stopped.</param>
    internal static TailJudgement Judge(IDiskFile file, in SegmentHeader segment, FrameSource source, FrameVerdict verdict)
    {
        var offset = source.Offset;
        if (file.Length < segment.SegmentBytes)
        {
            // A segment has its whole length, synced, before it has its name: no crash makes it shorter.
            return new(
                TailAction.Refuse,
                $"the file has {file.Length} bytes instead of {segment.SegmentBytes}: its end was cut off, with whatever was written there");
        }

        var evidence = Survey(file, segment.Nonce, source.NextSequence, offset);
        if (evidence.LaterFrame is { } later)
        {
            return new(
                TailAction.Refuse,
                $"frame {source.NextSequence} cannot be read ({verdict}), but frame {later.Sequence} behind it is there",
                later.LastIndex);
        }

        switch (verdict)
        {
            case FrameVerdict.Nothing or FrameVerdict.FileEnd when evidence.LastNonZero < offset:
                return new(TailAction.CleanEnd, "end of the log");
            case FrameVerdict.Nothing:
                return JudgeMissingHeader(file, offset, evidence.LastNonZero);
            case FrameVerdict.FileEnd:
                return new(TailAction.Refuse, "unknown data stands where no frame has room");
            case FrameVerdict.BadHeader:
                // A whole frame ends in a chain hash, so zeros alone behind a partial header mean that the rest never came.
                return evidence.LastNonZero < offset + WalFormat.FrameHeaderBytes
                    ? new(TailAction.Repair, "only a part of a frame header was written")
                    : new(TailAction.Refuse, "a frame header was changed after it was written");
            case FrameVerdict.Stranger:
                return new(
                    TailAction.Refuse,
                    $"a frame header does not continue the chain (frame {source.Header.Sequence}, expected {source.NextSequence})",
                    source.Header.LastIndex);
            default:
                return JudgeBody(file, source, evidence.LastNonZero);
        }
    }

    private static TailJudgement JudgeMissingHeader(IDiskFile file, long offset, long lastNonZero)
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

    private static TailJudgement JudgeBody(IDiskFile file, FrameSource source, long lastNonZero)
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

    // A process killed while it writes stops at any byte: everything is right up to a place within the chain hash, and zero behind it.
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

    // Frames are looked for at every byte, although they are written to aligned places only: a file that lost bytes in its middle (a bad
    // copy, a bad editor) still shows by its moved frames that this is not the end of the log.
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
