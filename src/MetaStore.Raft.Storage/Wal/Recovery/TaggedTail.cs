using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Distinguishes a torn write from damage at the end of a segment with tags (format 2).</summary>
/// <remarks>
/// Every sector of a frame ends in the tag of the file's present use. After the end of the log there are zeros and sectors of earlier uses, with
/// earlier tags.
/// <list type="table">
/// <listheader><term>found at the expected frame, and after it</term><description>action</description></listheader>
/// <item><term>no sector of the present use</term><description>clean end (a)</description></item>
/// <item><term>first sector not written, then at most one frame's bytes</term><description>repair: the first sector was not written (b)</description></item>
/// <item><term>one sector written in part, none after it</term><description>repair: killed during the write (b)</description></item>
/// <item><term>header, not all of its sectors written</term><description>repair: sectors were not written (b)</description></item>
/// <item><term>header, all sectors written, wrong checksum</term><description>refuse: changed after it was written (c)</description></item>
/// <item><term>a written sector that is no header</term><description>refuse: changed after it was written (c)</description></item>
/// <item><term>a sector with a tag that the file never had</term><description>refuse: it was damaged or moved (e)</description></item>
/// <item><term>more sectors of the present use than one frame</term><description>refuse: no crash leaves this (e)</description></item>
/// </list>
/// </remarks>
internal static class TaggedTail
{
    /// <param name="file">The newest segment.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="source">Stopped at the offset in question.</param>
    /// <param name="check">Why it stopped: nothing there, a bad header, or a bad body.</param>
    /// <param name="found">The sectors from that offset on.</param>
    internal static TailClassification Classify(IDiskFile file, SectorTags tags, FrameSource source, FrameCheck check, in TailSurvey found)
    {
        var offset = source.Offset;
        if (found.FirstUnknown is { } unknown)
        {
            return new(TailAction.Refuse, $"the sector at {unknown} has a tag that this file never had");
        }

        if (found.FirstPartial is { } partial && found.LastTouched > partial)
        {
            return new(TailAction.Refuse, $"the sector at {partial} was written in part, but later ones are there");
        }

        // After one frame at most, everything of the present use is cleared, so that a later frame never ends in front of a part of this one.
        var end = found.LastTouched + WalFormat.SectorBytes;
        switch (check)
        {
            case FrameCheck.Nothing or FrameCheck.FileEnd when found.LastTouched < offset:
                return new(TailAction.CleanEnd, "end of the log");
            case FrameCheck.Nothing:
                return end <= offset + WalFormat.FrameBytes(WalFormat.BodyBytesTarget + WalFormat.RecordBytesMax, tagged: true)
                    ? new(TailAction.Repair, "the first sector of the last frame never arrived", ClearTo: end)
                    : new(TailAction.Refuse, "sectors that were not written are followed by more data than one frame can hold");
            case FrameCheck.FileEnd:
                return new(TailAction.Refuse, "unknown data stands where no frame has room");
            case FrameCheck.BadHeader:
                return new(TailAction.Refuse, "a frame header was changed after it was written");
            default:
                return ClassifyBody(file, tags, source, end);
        }
    }

    private static TailClassification ClassifyBody(IDiskFile file, SectorTags tags, FrameSource source, long end)
    {
        var header = source.Header;
        if (end > source.Offset + header.StoredBytes(tagged: true))
        {
            return new(TailAction.Refuse, $"frame {header.Sequence} is damaged and unknown data follows it", header.LastIndex);
        }

        var missing = SectorsNotWritten(file, tags, source.Offset, header.StoredBytes(tagged: true));
        return missing > 0
            ? new(TailAction.Repair, $"{missing} sectors of frame {header.Sequence} never arrived", ClearTo: end)
            : new(TailAction.Refuse, $"frame {header.Sequence} arrived whole and was changed later", header.LastIndex);
    }

    private static int SectorsNotWritten(IDiskFile file, SectorTags tags, long offset, long bytes)
    {
        var content = new byte[bytes];
        _ = file.Read(offset, content);
        var count = 0;
        for (var at = 0; at < content.Length; at += WalFormat.SectorBytes)
        {
            count += tags.StateOf(content.AsSpan(at, WalFormat.SectorBytes)) == SectorState.Written ? 0 : 1;
        }

        return count;
    }
}
