using MetaStore.Raft.Log;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>In memory, every entry that was handed to the disk and is not compacted yet: read by the core and sent to followers.</summary>
/// <remarks>
/// The raft thread only. <see cref="FirstIndex"/> - 1 is the position whose term is still known: the snapshot's, or that of the last
/// compacted entry.
/// </remarks>
public sealed class MemoryLog : ILogReader
{
    private const int CapacityMin = 256;

    private Entry[] _entries = new Entry[CapacityMin];
    private int _start;
    private int _count;
    private ulong _beforeIndex;
    private ulong _beforeTerm;

    /// <summary>Fills the log from what recovery found.</summary>
    /// <param name="snapshot">Newest snapshot, or <see cref="SnapshotMetadata.Empty"/>.</param>
    /// <param name="entries">Contiguous; those after the snapshot and perhaps some before it.</param>
    public MemoryLog(SnapshotMetadata snapshot, IReadOnlyList<Entry> entries)
    {
        Snapshot = snapshot;
        _beforeIndex = snapshot.Index;
        _beforeTerm = snapshot.Term;
        if (entries.Count == 0)
        {
            return;
        }

        // The first entry before the snapshot only provides its term: the entry before it is gone, and so is that one's term.
        ulong first = entries[0].Index;
        int skip = first <= snapshot.Index && first > 1 ? 1 : 0;
        if (first <= snapshot.Index)
        {
            _beforeIndex = first - 1 + (ulong)skip;
            _beforeTerm = skip == 1 ? entries[0].Term : 0;
        }

        Append(entries, skip);
    }

    /// <inheritdoc/>
    public SnapshotMetadata Snapshot { get; private set; }

    /// <inheritdoc/>
    public ulong FirstIndex => _beforeIndex + 1;

    /// <inheritdoc/>
    public ulong LastIndex => _beforeIndex + (ulong)_count;

    /// <summary>Bytes of the entries held, by <see cref="Entry.Size"/>.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public bool TryGetTerm(ulong index, out ulong term)
    {
        if (index == _beforeIndex)
        {
            term = _beforeTerm;
            return true;
        }

        bool here = index > _beforeIndex && index <= LastIndex;
        term = here ? At(index).Term : 0;
        return here;
    }

    /// <inheritdoc/>
    /// <remarks>A copy of the entries (not of their data): the result outlives a later truncation.</remarks>
    public bool TryGetEntries(ulong low, ulong high, long maxBytes, out IReadOnlyList<Entry> entries)
    {
        entries = [];
        if (low < FirstIndex || low > high || high > LastIndex + 1)
        {
            return false;
        }

        int from = _start + (int)(low - FirstIndex);
        int wanted = (int)(high - low);
        int taken = 0;
        long bytes = 0;
        while (taken < wanted && bytes <= maxBytes)
        {
            bytes += _entries[from + taken].Size;
            taken++;
        }

        entries = _entries.AsSpan(from, taken).ToArray();
        return true;
    }

    /// <summary>Appends entries; they replace all entries from the first one's index on.</summary>
    /// <param name="entries">Contiguous; the first index is at most one past the last index.</param>
    public void Append(IReadOnlyList<Entry> entries) => Append(entries, 0);

    /// <summary>Removes everything: the log continues after <paramref name="snapshot"/>.</summary>
    public void Restore(SnapshotMetadata snapshot)
    {
        Array.Clear(_entries, _start, _count);
        _start = 0;
        _count = 0;
        Bytes = 0;
        Snapshot = snapshot;
        _beforeIndex = snapshot.Index;
        _beforeTerm = snapshot.Term;
    }

    /// <summary>Records a newer snapshot of this node's own. Keeps all entries.</summary>
    public void SnapshotTaken(SnapshotMetadata snapshot)
    {
        if (snapshot.Index > Snapshot.Index)
        {
            Snapshot = snapshot;
        }
    }

    /// <summary>Index up to which the log may be compacted while keeping enough entries for slightly slower followers.</summary>
    /// <param name="entriesKept">Entries to keep before the snapshot.</param>
    /// <param name="bytesKept">Maximum bytes to keep.</param>
    /// <returns>An index for <see cref="CompactTo"/>, at most the snapshot's.</returns>
    public ulong CompactionIndex(int entriesKept, long bytesKept)
    {
        ulong index = Snapshot.Index;
        long bytes = 0;
        for (int kept = 0; index > _beforeIndex && kept < entriesKept; kept++)
        {
            bytes += At(index).Size;
            if (bytes > bytesKept)
            {
                break;
            }

            index--;
        }

        return index;
    }

    /// <summary>Removes the entries up to and including <paramref name="index"/>; its term stays known.</summary>
    public void CompactTo(ulong index)
    {
        if (index <= _beforeIndex)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, LastIndex);
        int gone = (int)(index - _beforeIndex);
        _beforeTerm = At(index).Term;
        _beforeIndex = index;
        Release(_start, gone);
        _start += gone;
        _count -= gone;
    }

    private void Append(IReadOnlyList<Entry> entries, int from)
    {
        if (from >= entries.Count)
        {
            return;
        }

        ulong first = entries[from].Index;
        if (first < FirstIndex || first > LastIndex + 1)
        {
            throw new InvalidOperationException($"entry {first} does not follow the log of {FirstIndex} to {LastIndex}");
        }

        int kept = (int)(first - FirstIndex);
        Release(_start + kept, _count - kept);
        _count = kept;
        Reserve(entries.Count - from);
        for (int i = from; i < entries.Count; i++)
        {
            _entries[_start + _count++] = entries[i];
            Bytes += entries[i].Size;
        }
    }

    private ref Entry At(ulong index) => ref _entries[_start + (int)(index - FirstIndex)];

    private void Release(int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            Bytes -= _entries[i].Size;
        }

        Array.Clear(_entries, from, count);
    }

    /// <summary>Makes space after the last entry: moves down when half of the array is free, else doubles it.</summary>
    private void Reserve(int more)
    {
        if (_entries.Length - _start - _count >= more)
        {
            return;
        }

        int needed = _count + more;
        Entry[] target = needed > _entries.Length / 2 ? new Entry[Math.Max(needed, _entries.Length * 2)] : _entries;
        Array.Copy(_entries, _start, target, 0, _count);
        if (target == _entries)
        {
            Array.Clear(_entries, _count, _start);
        }

        _entries = target;
        _start = 0;
    }
}
