using MetaStore.Raft.Diagnostics;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Log;

/// <summary>The whole log as the algorithm sees it: the entries of the reader, then those that are not durable yet.</summary>
/// <remarks>
/// Applied &lt;= HandedToApply &lt;= min(Committed, Persisted), and all are &lt;= LastIndex. Committed may exceed Persisted: a quorum
/// need not
/// include this node.
/// </remarks>
internal sealed class RaftLog
{
    private readonly ILogReader _reader;
    private readonly UnstableLog _unstable;
    private readonly WritesInProgress _writes = new();

    public RaftLog(ILogReader reader, ulong committed, ulong applied)
    {
        _reader = reader;
        ulong first = reader.FirstIndex;
        ulong last = reader.LastIndex;
        RaftAssert.Ordered(first, last + 1, "the stored log is contiguous");
        RaftAssert.Ordered(first - 1, applied, "nothing between the applied state and the stored log is missing");
        RaftAssert.Ordered(applied, last, "the applied state is not ahead of the stored log");
        _unstable = new UnstableLog(last + 1);

        // The stored commit index is a hint: it is raised to the applied index and capped at the end of the log.
        Committed = Math.Max(Math.Min(committed, last), applied);
        Applied = applied;
        HandedToApply = applied;
    }

    /// <summary>Highest index known to be committed; never falls.</summary>
    public ulong Committed { get; private set; }

    /// <summary>Highest index handed out to be applied.</summary>
    public ulong HandedToApply { get; private set; }

    /// <summary>Highest index reported as applied.</summary>
    public ulong Applied { get; private set; }

    /// <summary>Last index that is durable on this node.</summary>
    public ulong Persisted => _unstable.Offset - 1;

    /// <summary>First index that is still available.</summary>
    public ulong FirstIndex => _unstable.Snapshot is { } snapshot ? snapshot.Index + 1 : _reader.FirstIndex;

    /// <summary>Last index, durable or not.</summary>
    public ulong LastIndex => _unstable.Next - 1;

    /// <summary>Term of the last index.</summary>
    public ulong LastTerm
    {
        get
        {
            RaftAssert.That(TryGetTerm(LastIndex, out ulong term), "the term of the last index is known");
            return term;
        }
    }

    /// <summary>The snapshot that waits to be installed, or null.</summary>
    public SnapshotMetadata? PendingSnapshot => _unstable.Snapshot;

    /// <summary>The newest snapshot, for followers whose next entry was compacted.</summary>
    public SnapshotMetadata Snapshot => _unstable.Snapshot ?? _reader.Snapshot;

    /// <summary>True when entries or a snapshot have to be handed out to be persisted.</summary>
    public bool HasUnwritten =>
        _unstable.HandedOut < _unstable.Next || (_unstable.Snapshot is not null && !_unstable.SnapshotHandedOut);

    /// <summary>One past the last index that may be applied now: committed, durable here, no snapshot pending.</summary>
    public ulong ApplicableEnd => _unstable.Snapshot is null ? Math.Min(Committed, Persisted) + 1 : HandedToApply + 1;

    /// <summary>Term of an index; false when it was compacted or is beyond the end.</summary>
    public bool TryGetTerm(ulong index, out ulong term)
    {
        term = 0;
        if (index >= _unstable.Offset)
        {
            if (index >= _unstable.Next)
            {
                return false;
            }

            term = _unstable[index].Term;
            return true;
        }

        if (_unstable.Snapshot is { } snapshot)
        {
            term = snapshot.Term;
            return index == snapshot.Index;
        }

        return (index == 0 && _reader.FirstIndex == 1) || _reader.TryGetTerm(index, out term);
    }

    /// <summary>True when the log holds an entry with this index and term.</summary>
    public bool Matches(ulong index, ulong term) => TryGetTerm(index, out ulong own) && own == term;

    /// <summary>True when a log that ends with this index and term is at least as up-to-date as this one (thesis §3.6.1).</summary>
    public bool IsUpToDate(ulong lastIndex, ulong lastTerm)
    {
        ulong ownTerm = LastTerm;
        return lastTerm > ownTerm || (lastTerm == ownTerm && lastIndex >= LastIndex);
    }

    /// <summary>The highest index at or below <paramref name="index"/> whose term is at most <paramref name="term"/>.</summary>
    /// <param name="index">Index to start from, going down.</param>
    /// <param name="term">Term of the other log at that index.</param>
    /// <param name="foundTerm">Term at the result; 0 when the search left the stored log.</param>
    /// <remarks>
    /// Two logs that diverge below <paramref name="index"/> cannot agree at an index where this log's term is higher than the highest term
    /// the other log can have there, so one refusal skips a whole term (thesis §3.5, end).
    /// </remarks>
    public ulong FindConflictByTerm(ulong index, ulong term, out ulong foundTerm)
    {
        for (; index > 0; index--)
        {
            if (!TryGetTerm(index, out foundTerm))
            {
                foundTerm = 0;
                return index;
            }

            if (foundTerm <= term)
            {
                return index;
            }
        }

        foundTerm = 0;
        return 0;
    }

    /// <summary>
    /// Entries of [low, high), up to and including the one that passes <paramref name="maxBytes"/>; none when the first of them is not in
    /// memory.
    /// </summary>
    /// <returns>False when <paramref name="low"/> was compacted.</returns>
    public bool TryGetEntries(ulong low, ulong high, long maxBytes, out IReadOnlyList<Entry> entries)
    {
        RaftAssert.Ordered(low, high, "a range does not end before it begins");
        RaftAssert.Ordered(high, LastIndex + 1, "a range ends within the log");
        entries = [];
        if (low == high)
        {
            return true;
        }

        if (low < FirstIndex)
        {
            return false;
        }

        ulong offset = _unstable.Offset;
        if (low >= offset)
        {
            entries = _unstable.Slice(low, CutUnstable(low, high, maxBytes));
            return true;
        }

        ulong storedEnd = Math.Min(high, offset);
        if (!_reader.TryGetEntries(low, storedEnd, maxBytes, out IReadOnlyList<Entry> stored))
        {
            return false;
        }

        RaftAssert.That(stored.Count == 0 || stored[0].Index == low, "the log reader returns the range that was asked for");
        entries = high <= offset || (ulong)stored.Count < storedEnd - low ? stored : Join(stored, offset, high, maxBytes);
        return true;
    }

    /// <summary>Appends one entry; for leaders.</summary>
    public void Append(in Entry entry) => _unstable.Append(entry);

    /// <summary>
    /// Writes entries from position <paramref name="from"/> of the list on, replacing existing entries with the same indexes.
    /// </summary>
    /// <remarks>Asserts that nothing committed is replaced. Source: thesis Fig. 3.1, AppendEntries receiver steps 3 and 4.</remarks>
    public void Replace(IReadOnlyList<Entry> entries, int from)
    {
        ulong first = entries[from].Index;
        RaftAssert.That(first > Committed, "nothing committed is replaced");
        if (first <= LastIndex)
        {
            _unstable.TruncateFrom(first);
            _writes.CutFrom(first);
        }

        for (int i = from; i < entries.Count; i++)
        {
            _unstable.Append(entries[i]);
        }
    }

    /// <summary>Raises the commit index; lower values are ignored.</summary>
    public bool CommitTo(ulong index)
    {
        if (index <= Committed)
        {
            return false;
        }

        RaftAssert.Ordered(index, LastIndex, "only what is in the log is committed");
        Committed = index;
        return true;
    }

    /// <summary>Hands out the entries that were not handed out to be persisted yet.</summary>
    public Entry[] TakeUnwritten()
    {
        if (_unstable.HandedOut == _unstable.Next)
        {
            return [];
        }

        Entry[] entries = _unstable.TakeUnwritten();
        _writes.Add(entries[^1].Index, entries[^1].Term);
        return entries;
    }

    /// <summary>Hands out the snapshot to install, once.</summary>
    public SnapshotMetadata? TakeSnapshot() => _unstable.TakeSnapshot();

    /// <summary>Records that [HandedToApply + 1, last] were handed out to be applied.</summary>
    public void HandToApply(ulong last)
    {
        RaftAssert.Ordered(last + 1, ApplicableEnd, "only committed and durable entries are applied");
        HandedToApply = Math.Max(HandedToApply, last);
    }

    /// <summary>Everything up to <paramref name="index"/> was applied; lower values are ignored.</summary>
    public void AppliedTo(ulong index)
    {
        if (index > Applied)
        {
            RaftAssert.Ordered(index, HandedToApply, "only what was given out is applied");
            Applied = index;
        }
    }

    /// <summary>The written run that ends with this entry is durable. Runs that were replaced meanwhile change nothing.</summary>
    /// <returns>True when the durable prefix of the log grew.</returns>
    public bool WriteCompleted(ulong lastIndex, ulong lastTerm)
    {
        ulong before = Persisted;
        _unstable.StableTo(_writes.Complete(lastIndex, lastTerm));
        return Persisted > before;
    }

    /// <summary>Replaces the whole log by a snapshot that is still to be installed.</summary>
    public void Restore(SnapshotMetadata snapshot)
    {
        RaftAssert.That(snapshot.Index > Committed, "a snapshot never takes committed state back");
        _writes.Invalidate();
        _unstable.Restore(snapshot);
        Committed = snapshot.Index;
    }

    /// <summary>The snapshot is installed durably.</summary>
    public bool SnapshotInstalled(ulong index)
    {
        if (!_unstable.SnapshotStable(index))
        {
            return false;
        }

        HandedToApply = Math.Max(HandedToApply, index);
        Applied = Math.Max(Applied, index);
        return true;
    }

    private ulong CutUnstable(ulong low, ulong high, long maxBytes)
    {
        long bytes = 0;
        for (ulong index = low; index < high; index++)
        {
            bytes += _unstable[index].Size;
            if (bytes > maxBytes)
            {
                return index + 1;
            }
        }

        return high;
    }

    private List<Entry> Join(IReadOnlyList<Entry> stored, ulong offset, ulong high, long maxBytes)
    {
        var joined = new List<Entry>(stored.Count + (int)(high - offset));
        joined.AddRange(stored);
        foreach (Entry entry in stored)
        {
            maxBytes -= entry.Size;
        }

        if (maxBytes >= 0)
        {
            joined.AddRange(_unstable.Slice(offset, CutUnstable(offset, high, maxBytes)));
        }

        return joined;
    }
}
