using MetaStore.Raft.Log;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Stored;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>
/// The log as the core reads it: the newest entries in memory, of the older ones their terms, and what was read back from the files
/// lately.
/// </summary>
/// <remarks>
/// The raft thread only. <see cref="FirstIndex"/> - 1 is the position whose term is still known: the snapshot's, or that of the last
/// compacted entry. Source: ADR 0044.
/// </remarks>
public sealed class MemoryLog : ILogReader
{
    private readonly StoredRuns _stored = new();
    private readonly LoadedPages _pages = new();
    private readonly EntryRing _tail = new();
    private ulong _tailBefore;
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
        _tailBefore = _beforeIndex;
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
            _tailBefore = _beforeIndex;
        }

        Append(entries, skip);
    }

    /// <inheritdoc/>
    public SnapshotMetadata Snapshot { get; private set; }

    /// <inheritdoc/>
    public ulong FirstIndex => _beforeIndex + 1;

    /// <inheritdoc/>
    public ulong LastIndex => _tailBefore + (ulong)_tail.Count;

    /// <summary>Bytes of all entries, by <see cref="Entry.Size"/>, wherever they are.</summary>
    public long Bytes => _stored.Bytes + _tail.Bytes;

    /// <summary>Bytes of the entries in memory.</summary>
    public long MemoryBytes => _tail.Bytes + _pages.Bytes;

    /// <inheritdoc/>
    public bool TryGetTerm(ulong index, out ulong term)
    {
        if (index == _beforeIndex)
        {
            term = _beforeTerm;
            return true;
        }

        bool here = index > _beforeIndex && index <= LastIndex;
        term = here ? index > _tailBefore ? At(index).Term : _stored.TermOf(index) : 0;
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

        if (low <= _tailBefore && low < high)
        {
            entries = _pages.Find(low, Math.Min(high, _tailBefore + 1), maxBytes);
            if (entries.Count == 0)
            {
                _pages.Want(low);
            }

            return true;
        }

        int from = (int)(low - _tailBefore - 1);
        int wanted = (int)(high - low);
        int taken = 0;
        long bytes = 0;
        while (taken < wanted && bytes <= maxBytes)
        {
            bytes += _tail[from + taken].Size;
            taken++;
        }

        entries = _tail.Slice(from, taken);
        return true;
    }

    /// <summary>Appends entries; they replace all entries from the first one's index on.</summary>
    /// <param name="entries">Contiguous; the first index is at most one past the last index.</param>
    public void Append(IReadOnlyList<Entry> entries) => Append(entries, 0);

    /// <summary>Keeps the newest entries in memory, and those that are not applied; the older ones are read back when they are asked for.</summary>
    /// <param name="bytes">Bytes to keep.</param>
    /// <param name="applied">Applied index: entries up to it are durable and never replaced.</param>
    public void Trim(long bytes, ulong applied)
    {
        long more = _tail.Bytes - bytes;
        int gone = 0;
        while (more > 0 && _tailBefore + (ulong)gone < applied)
        {
            ref readonly Entry oldest = ref _tail[gone++];
            _stored.Add(oldest);
            more -= oldest.Size;
        }

        _tail.RemoveFirst(gone);
        _tailBefore += (ulong)gone;
    }

    /// <summary>The range that is to be read back next, if any; it is returned once, until it is missed again.</summary>
    public bool TryTakeWanted(out ulong low, out ulong high)
    {
        high = _tailBefore + 1;
        while (_pages.TryTakeWanted(out low))
        {
            if (low > _beforeIndex && low < high)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes entries that were read back.</summary>
    /// <param name="entries">Contiguous, not empty; held.</param>
    /// <returns>False when the log has been compacted beyond them or replaced by a snapshot meanwhile.</returns>
    /// <exception cref="InvalidOperationException">They are not this log's entries.</exception>
    public bool Supply(List<Entry> entries)
    {
        if (entries[0].Index <= _beforeIndex || entries[^1].Index > _tailBefore)
        {
            return false;
        }

        foreach (Entry entry in entries)
        {
            ulong term = _stored.TermOf(entry.Index);
            if (entry.Term != term)
            {
                throw new InvalidOperationException($"the log's files hold an entry of term {entry.Term} at index {entry.Index}, which is of term {term}");
            }
        }

        _pages.Add(entries);
        return true;
    }

    /// <summary>A tick has passed.</summary>
    public void Tick() => _pages.Tick();

    /// <summary>Removes everything: the log continues after <paramref name="snapshot"/>.</summary>
    public void Restore(SnapshotMetadata snapshot)
    {
        _tail.RemoveFrom(0);
        _stored.Clear();
        _pages.Clear();
        Snapshot = snapshot;
        _beforeIndex = snapshot.Index;
        _tailBefore = snapshot.Index;
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
            bytes += index > _tailBefore ? At(index).Size : _stored.SizeOf(index);
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
        TryGetTerm(index, out _beforeTerm);
        _beforeIndex = index;
        _stored.CutTo(index);
        if (index > _tailBefore)
        {
            _tail.RemoveFirst((int)(index - _tailBefore));
            _tailBefore = index;
        }
    }

    private void Append(IReadOnlyList<Entry> entries, int from)
    {
        if (from >= entries.Count)
        {
            return;
        }

        ulong first = entries[from].Index;
        if (first <= _tailBefore || first > LastIndex + 1)
        {
            throw new InvalidOperationException($"entry {first} does not follow the log of {_tailBefore + 1} to {LastIndex}");
        }

        _tail.RemoveFrom((int)(first - _tailBefore - 1));
        _tail.Append(entries, from);
    }

    private ref readonly Entry At(ulong index) => ref _tail[(int)(index - _tailBefore - 1)];
}
