using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Reading;

/// <summary>Reads entries of the log from its files, each frame verified as at the start.</summary>
/// <remarks>
/// Beside the writer, on files that it opens itself. A segment that is deleted, or whose file gets other content, while it is read is
/// noticed by what fails then: it is no longer among the places. Thread: any, one call at a time per object.
/// </remarks>
internal sealed class EntryReader(IDisk disk, string directory, FramePlaces places) : IDisposable
{
    private readonly List<Entry> _inFrame = [];
    private WalSegment? _segment;
    private IDiskFile? _file;
    private FrameSource? _frames;

    /// <summary>Entries of [low, high), up to the frame with which they pass <paramref name="maxBytes"/>.</summary>
    /// <param name="low">First index; durable.</param>
    /// <param name="high">One past the last index.</param>
    /// <param name="maxBytes">Bytes, by <see cref="Entry.Size"/>, after which no frame is read.</param>
    /// <returns>Contiguous, the first one <paramref name="low"/>; null when that one's segment was given up.</returns>
    /// <exception cref="WalCorruptException">A frame is not what was written (65).</exception>
    /// <exception cref="StorageException">A segment is missing (67).</exception>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    internal IReadOnlyList<Entry>? Read(ulong low, ulong high, long maxBytes)
    {
        List<Entry> found = [];
        long bytes = 0;
        while (low < high && bytes <= maxBytes && places.TryFind(low, out var place))
        {
            try
            {
                ReadFrame(place, low);
            }
            catch (Exception error) when (error is IOException or StorageException && !places.Holds(place.Segment))
            {
                break;
            }

            foreach (var entry in _inFrame)
            {
                if (entry.Index == low && low < Math.Min(high, place.End))
                {
                    found.Add(entry);
                    bytes += entry.Size;
                    low++;
                }
            }
        }

        return found.Count == 0 && low < high ? null : found;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();

    private void ReadFrame(in FramePlace place, ulong index)
    {
        Open(place.Segment);
        var check = _frames!.ReadAt(place.Offset);
        if (check != FrameCheck.Valid)
        {
            throw Damaged(place, $"the frame cannot be read ({check})", index);
        }

        _inFrame.Clear();
        var records = new RecordReader(_frames.Body);
        while (records.MoveNext())
        {
            if (records.Type == RecordType.Entry)
            {
                Take(RecordPayload.TryReadEntry(records.Payload, out var entry) ? entry : throw Damaged(place, "malformed entry", index));
            }
        }

        if (records.Problem is { } problem)
        {
            throw Damaged(place, problem, index);
        }

        if (_inFrame.Count == 0 || _inFrame[0].Index > index || _inFrame[^1].Index < index)
        {
            throw Damaged(place, $"the frame does not hold entry {index}", index);
        }
    }

    /// <summary>An entry replaces those with its index and higher ones that come before it in the frame.</summary>
    private void Take(in Entry entry)
    {
        while (_inFrame.Count > 0 && _inFrame[^1].Index >= entry.Index)
        {
            _inFrame.RemoveAt(_inFrame.Count - 1);
        }

        _inFrame.Add(entry);
    }

    private void Open(WalSegment segment)
    {
        if (_segment == segment)
        {
            return;
        }

        _file?.Dispose();
        _segment = null;
        try
        {
            _file = disk.Open(segment.Path, DiskOpenMode.Read);
        }
        catch (FileNotFoundException)
        {
            throw SegmentList.Missing(directory, $"segment {segment.Header.Sequence} is gone");
        }

        _frames = new FrameSource(_file, segment.Header);
        _segment = segment;
    }

    private static WalCorruptException Damaged(in FramePlace place, string why, ulong index) => new(place.Segment.Path, place.Offset, why, index);
}
