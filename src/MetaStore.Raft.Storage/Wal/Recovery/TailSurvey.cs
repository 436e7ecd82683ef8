using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>What a segment holds from one offset to its end.</summary>
/// <param name="LaterFrame">Header of a frame of this segment that is not older than the expected one, or null.</param>
/// <param name="LastNonZero">Offset of the last byte that is not zero, or -1.</param>
/// <param name="LastTouched">With tags: offset of the last sector that a write of the present use reached, or -1.</param>
/// <param name="FirstPartial">With tags: offset of the first sector that was written in part, or null.</param>
/// <param name="FirstUnknown">With tags: offset of the first sector with an unknown tag, or null.</param>
internal readonly record struct TailSurvey(
    FrameHeader? LaterFrame, long LastNonZero, long LastTouched, long? FirstPartial, long? FirstUnknown)
{
    private const int ChunkBytes = 256 << 10;

    /// <summary><see cref="WalFormat.FrameMagic"/> as it lies on disk.</summary>
    private static ReadOnlySpan<byte> FrameMagic => "MSBF"u8;

    /// <summary>Reads the file from <paramref name="offset"/> on; ends early at a later frame.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="segment">Its header.</param>
    /// <param name="nextSequence">Sequence of the expected frame.</param>
    /// <param name="offset">Where it is expected.</param>
    internal static TailSurvey Run(IDiskFile file, in SegmentHeader segment, ulong nextSequence, long offset)
    {
        var found = new TailSurvey(null, -1, -1, null, null);
        var length = file.Length;
        var step = (int)Math.Clamp(length - offset, WalFormat.Alignment, ChunkBytes);
        var chunk = new byte[step + WalFormat.FrameHeaderBytes];
        for (var at = offset; at < length; at += step)
        {
            var part = chunk.AsSpan(0, file.Read(at, chunk));
            var last = part.LastIndexOfAnyExcept((byte)0);
            if (last < 0)
            {
                continue;
            }

            if (LaterFrameIn(part, at == offset ? 1 : 0, segment.Nonce, nextSequence) is { } later)
            {
                return found with { LaterFrame = later };
            }

            found = found with { LastNonZero = at + last };
            if (segment.Tags is { } tags)
            {
                found = found.With(part[..Math.Min(step, part.Length)], at, tags);
            }
        }

        return found;
    }

    private TailSurvey With(ReadOnlySpan<byte> part, long at, SectorTags tags)
    {
        var found = this;
        for (var from = 0; from < part.Length; from += WalFormat.SectorBytes, at += WalFormat.SectorBytes)
        {
            // Only a file longer than its segment ends inside a sector.
            var sector = part[from..Math.Min(from + WalFormat.SectorBytes, part.Length)];
            var state = sector.Length == WalFormat.SectorBytes ? tags.StateOf(sector)
                : sector.ContainsAnyExcept((byte)0) ? SectorState.Unknown : SectorState.Unwritten;
            found = state switch
            {
                SectorState.Written => found with { LastTouched = at },
                SectorState.Partial => found with { LastTouched = at, FirstPartial = found.FirstPartial ?? at },
                SectorState.Unknown => found with { FirstUnknown = found.FirstUnknown ?? at },
                _ => found,
            };
        }

        return found;
    }

    // Frames are searched at every byte, although they are written at aligned offsets only: in a file that lost bytes in its middle (a bad
    // copy, a bad editor) the moved frames still show that this is not the end of the log. Frames of an earlier use have another nonce.
    private static FrameHeader? LaterFrameIn(ReadOnlySpan<byte> part, int from, ulong nonce, ulong nextSequence)
    {
        for (; NextFrame(part, from) is var start and >= 0; from = start + 1)
        {
            if (FrameHeader.TryRead(part[start..], out var found) && found.Nonce == nonce && found.Sequence >= nextSequence)
            {
                return found;
            }
        }

        return null;
    }

    private static int NextFrame(ReadOnlySpan<byte> part, int from)
    {
        var start = from < part.Length ? part[from..].IndexOf(FrameMagic) : -1;
        return start < 0 ? start : from + start;
    }
}
