using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Log;

/// <summary>The tail of the log that is not known to be durable, and the snapshot that is being installed.</summary>
/// <remarks>
/// Everything below <see cref="Offset"/> is durable. Entries in [Offset, HandedOut) are being written, those in [HandedOut, Next)
/// have not been handed out yet.
/// </remarks>
internal sealed class UnstableLog(ulong offset)
{
    private Entry[] _items = new Entry[16];
    private int _head;
    private int _count;

    /// <summary>Index of the first entry that is not known to be durable.</summary>
    public ulong Offset { get; private set; } = offset;

    /// <summary>Index of the first entry that was not handed out to be written.</summary>
    public ulong HandedOut { get; private set; } = offset;

    /// <summary>One past the index of the last entry.</summary>
    public ulong Next => Offset + (ulong)_count;

    /// <summary>The snapshot to install, until it is durable.</summary>
    public SnapshotMetadata? Snapshot { get; private set; }

    /// <summary>True when <see cref="Snapshot"/> was handed out.</summary>
    public bool SnapshotHandedOut { get; private set; }

    /// <summary>The entry at an index in [Offset, Next).</summary>
    public ref readonly Entry this[ulong index]
    {
        get
        {
            RaftAssert.That(index >= Offset && index < Next, "unstable index is in range");
            return ref _items[_head + (int)(index - Offset)];
        }
    }

    /// <summary>Appends one entry.</summary>
    public void Append(in Entry entry)
    {
        RaftAssert.That(entry.Index == Next, "entries are contiguous");
        Reserve();
        _items[_head + _count++] = entry;
    }

    /// <summary>Removes every entry from <paramref name="index"/> on, durable ones included.</summary>
    public void TruncateFrom(ulong index)
    {
        if (index >= Next)
        {
            return;
        }

        int keep = index > Offset ? (int)(index - Offset) : 0;
        Array.Clear(_items, _head + keep, _count - keep);
        _count = keep;
        Offset = Math.Min(Offset, index);
        HandedOut = Math.Min(HandedOut, index);
    }

    /// <summary>Entries up to and including <paramref name="index"/> are durable.</summary>
    public void StableTo(ulong index)
    {
        if (index < Offset)
        {
            return;
        }

        RaftAssert.That(index < HandedOut, "only entries that were given out become durable");
        int gone = (int)(index - Offset) + 1;
        Array.Clear(_items, _head, gone);
        _head += gone;
        _count -= gone;
        Offset = index + 1;
        if (_count == 0)
        {
            _head = 0;
        }
    }

    /// <summary>Copies [low, high), which must lie in the unstable part.</summary>
    public Entry[] Slice(ulong low, ulong high) =>
        _items.AsSpan(_head + (int)(low - Offset), (int)(high - low)).ToArray();

    /// <summary>Hands out the entries that were not handed out yet; the result belongs to the caller.</summary>
    public Entry[] TakeUnwritten()
    {
        Entry[] entries = Slice(HandedOut, Next);
        HandedOut = Next;
        return entries;
    }

    /// <summary>Replaces all entries by a snapshot.</summary>
    public void Restore(SnapshotMetadata snapshot)
    {
        Array.Clear(_items, _head, _count);
        _head = 0;
        _count = 0;
        Offset = snapshot.Index + 1;
        HandedOut = Offset;
        Snapshot = snapshot;
        SnapshotHandedOut = false;
    }

    /// <summary>Hands the snapshot out, once.</summary>
    public SnapshotMetadata? TakeSnapshot()
    {
        if (SnapshotHandedOut)
        {
            return null;
        }

        SnapshotHandedOut = Snapshot is not null;
        return Snapshot;
    }

    /// <summary>The snapshot with that index is installed; false when it was replaced by another one meanwhile.</summary>
    public bool SnapshotStable(ulong index)
    {
        if (Snapshot is null || Snapshot.Index != index)
        {
            return false;
        }

        Snapshot = null;
        SnapshotHandedOut = false;
        return true;
    }

    private void Reserve()
    {
        if (_head + _count < _items.Length)
        {
            return;
        }

        // When at least half of the capacity is free at the front: move down; else double.
        Entry[] target = _head >= _items.Length / 2 ? _items : new Entry[_items.Length * 2];
        Array.Copy(_items, _head, target, 0, _count);
        if (ReferenceEquals(target, _items))
        {
            Array.Clear(_items, _count, _items.Length - _count);
        }

        _items = target;
        _head = 0;
    }
}
