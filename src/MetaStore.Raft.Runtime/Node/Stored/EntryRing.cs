using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Stored;

/// <summary>Consecutive entries in one array, added at the end and removed at both ends.</summary>
internal sealed class EntryRing
{
    private const int CapacityMin = 256;

    private Entry[] _entries = new Entry[CapacityMin];
    private int _start;

    /// <summary>Number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the entries, by <see cref="Entry.Size"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>The entry at a position, from 0.</summary>
    public ref readonly Entry this[int position] => ref _entries[_start + position];

    /// <summary>Copies entries (not their data).</summary>
    public Entry[] Slice(int from, int count) => _entries.AsSpan(_start + from, count).ToArray();

    /// <summary>Adds the entries from a position of the list on.</summary>
    public void Append(IReadOnlyList<Entry> entries, int from)
    {
        Reserve(entries.Count - from);
        for (int i = from; i < entries.Count; i++)
        {
            _entries[_start + Count++] = entries[i];
            Bytes += entries[i].Size;
        }
    }

    /// <summary>Removes the first entries.</summary>
    public void RemoveFirst(int count)
    {
        Release(0, count);
        _start += count;
        Count -= count;
    }

    /// <summary>Removes all entries from a position on.</summary>
    public void RemoveFrom(int position)
    {
        Release(position, Count - position);
        Count = position;
    }

    private void Release(int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            Bytes -= this[i].Size;
        }

        Array.Clear(_entries, _start + from, count);
    }

    /// <summary>Makes space after the last entry: moves down when half of the array is free, else doubles it.</summary>
    private void Reserve(int more)
    {
        if (_entries.Length - _start - Count >= more)
        {
            return;
        }

        int needed = Count + more;
        Entry[] target = needed > _entries.Length / 2 ? new Entry[Math.Max(needed, _entries.Length * 2)] : _entries;
        Array.Copy(_entries, _start, target, 0, Count);
        if (target == _entries)
        {
            Array.Clear(_entries, Count, _start);
        }

        _entries = target;
        _start = 0;
    }
}
