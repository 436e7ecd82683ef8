using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Reading;

/// <summary>Finds the frame of an entry by its index. 16 bytes for each frame with entries that the log's files hold.</summary>
/// <remarks>
/// The writer adds a frame once it is written and removes a segment before its file is deleted or gets other content, so that a reader that
/// fails can find out whether the segment was given up meanwhile. Thread: any.
/// </remarks>
internal sealed class FramePlaces
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, WalSegment> _segments = [];
    private readonly List<Slot> _slots = [];

    /// <summary>Records a frame that was written after all others.</summary>
    /// <param name="segment">Its segment.</param>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="firstIndex">Lowest index of its entries; 0 without entries. Frames of this and higher indexes are replaced by it.</param>
    internal void Add(WalSegment segment, long offset, ulong firstIndex)
    {
        if (firstIndex == 0)
        {
            return;
        }

        var number = checked((uint)segment.Header.Sequence);
        lock (_gate)
        {
            var kept = CountBelow(firstIndex);
            _slots.RemoveRange(kept, _slots.Count - kept);
            _slots.Add(new Slot(firstIndex, checked((uint)(offset / WalFormat.Alignment)), number));
            _segments[number] = segment;
        }
    }

    /// <summary>The segments before this one are given up: none of their frames is found any more.</summary>
    internal void RemoveBefore(WalSegment segment)
    {
        var number = checked((uint)segment.Header.Sequence);
        lock (_gate)
        {
            foreach (var earlier in _segments.Keys.Where(earlier => earlier < number).ToArray())
            {
                _segments.Remove(earlier);
            }

            _slots.RemoveAll(slot => slot.Segment < number);
        }
    }

    /// <summary>True until the segment, in which a frame was found, is given up.</summary>
    internal bool Holds(WalSegment segment)
    {
        lock (_gate)
        {
            return _segments.ContainsKey(checked((uint)segment.Header.Sequence));
        }
    }

    /// <summary>Finds the frame that holds the newest entry of an index.</summary>
    /// <returns>False when the segment of that entry was given up.</returns>
    internal bool TryFind(ulong index, out FramePlace place)
    {
        lock (_gate)
        {
            var at = CountBelow(index + 1) - 1;
            if (at < 0)
            {
                place = default;
                return false;
            }

            var slot = _slots[at];
            var end = at + 1 < _slots.Count ? _slots[at + 1].FirstIndex : ulong.MaxValue;
            place = new FramePlace(_segments[slot.Segment], (long)slot.Page * WalFormat.Alignment, end);
            return true;
        }
    }

    /// <summary>Frames whose first index is lower.</summary>
    private int CountBelow(ulong index)
    {
        var low = 0;
        var high = _slots.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_slots[middle].FirstIndex < index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>One frame.</summary>
    /// <param name="FirstIndex">Lowest index of its entries.</param>
    /// <param name="Page">Its offset in units of <see cref="WalFormat.Alignment"/>.</param>
    /// <param name="Segment">Sequence of its segment.</param>
    private readonly record struct Slot(ulong FirstIndex, uint Page, uint Segment);
}
