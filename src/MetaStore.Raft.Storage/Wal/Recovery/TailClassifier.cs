using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Distinguishes a torn write at the end of the log from damage to data that may have been acknowledged.</summary>
/// <remarks>
/// Based on four facts. A frame is written only after the sync of the one before returned, so a later frame shows that all earlier ones
/// were durable, and only the last frame can be torn. A disk writes a 512-byte sector completely or not at all. A killed process writes a
/// prefix. A sector that the frame should have written and did not can be recognized: by its tag in format 2 (<see cref="TaggedTail"/>), by its
/// zeros in format 1 (<see cref="UntaggedTail"/>). Whenever the findings do not match a torn write exactly, the answer is to refuse. Cases a
/// to e of the recovery table in docs/formats.md.
/// Example: frame 7 starts at 8192 and has 1,500 bytes of content, sectors 0 to 2. Power fails during its write. If sectors 0 and 2 were
/// written and sector 1 was not, the header is valid, and sector 1 ends in the tag of an earlier use of the file, or in zeros: the write was
/// torn before its sync returned, it was never acknowledged, and the frame is cleared. If one bit of sector 1 is flipped a month later
/// instead, the checksum is wrong, but every sector has the present tag: the frame was written completely and may have been acknowledged, so
/// recovery refuses the log (exit code 65). If frame 8 follows, its existence shows that frame 7 was synced, and the log is refused whatever
/// frame 7 looks like.
/// </remarks>
internal static class TailClassifier
{
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

        var evidence = TailSurvey.Run(file, segment, source.NextSequence, offset);
        if (evidence.LaterFrame is { } later)
        {
            return new(
                TailAction.Refuse,
                $"frame {source.NextSequence} cannot be read ({check}), but frame {later.Sequence} after it exists",
                later.LastIndex);
        }

        if (check == FrameCheck.NotInChain)
        {
            return new(
                TailAction.Refuse,
                $"a frame header does not continue the chain (frame {source.Header.Sequence}, expected {source.NextSequence})",
                source.Header.LastIndex);
        }

        if (check == FrameCheck.BadBody && offset + source.Header.StoredBytes(segment.Tags is not null) > file.Length)
        {
            return new(
                TailAction.Refuse, $"frame {source.Header.Sequence} says that it is longer than the segment", source.Header.LastIndex);
        }

        return segment.Tags is { } tags
            ? TaggedTail.Classify(file, tags, source, check, evidence)
            : UntaggedTail.Classify(file, source, check, evidence.LastNonZero);
    }
}
