using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Stored;

/// <summary>Terms and sizes of the log's entries that are in its files only: 24 bytes for each run of one term and 64 KiB.</summary>
/// <remarks>The raft thread only. Terms are exact. Sizes are exact for whole runs; within a run they are its average.</remarks>
internal sealed class StoredRuns
{
    private const long RunBytes = 64 << 10;

    private readonly List<Run> _runs = [];
    private ulong _end;

    /// <summary>Bytes of the entries, by <see cref="Entry.Size"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the entry after the last one; the first may have any index.</summary>
    public void Add(in Entry entry)
    {
        if (_runs.Count == 0 || _runs[^1].Term != entry.Term || _runs[^1].Bytes >= RunBytes)
        {
            _runs.Add(new Run(entry.Index, entry.Term, 0));
        }

        Run run = _runs[^1];
        _runs[^1] = run with { Bytes = run.Bytes + entry.Size };
        _end = entry.Index + 1;
        Bytes += entry.Size;
    }

    /// <summary>Term of an entry that was added and not cut.</summary>
    public ulong TermOf(ulong index) => _runs[Find(index)].Term;

    /// <summary>Bytes of an entry that was added and not cut, by the average of its run.</summary>
    public long SizeOf(ulong index)
    {
        int at = Find(index);
        return _runs[at].Bytes / (long)CountOf(at);
    }

    /// <summary>Removes the entries up to and including an index.</summary>
    public void CutTo(ulong index)
    {
        if (_runs.Count == 0 || index < _runs[0].First)
        {
            return;
        }

        if (index + 1 >= _end)
        {
            Clear();
            return;
        }

        int at = Find(index + 1);
        for (int i = 0; i < at; i++)
        {
            Bytes -= _runs[i].Bytes;
        }

        Run run = _runs[at];
        long gone = run.Bytes * (long)(index + 1 - run.First) / (long)CountOf(at);
        Bytes -= gone;
        _runs[at] = run with { First = index + 1, Bytes = run.Bytes - gone };
        _runs.RemoveRange(0, at);
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        _runs.Clear();
        Bytes = 0;
    }

    private ulong CountOf(int at) => (at + 1 < _runs.Count ? _runs[at + 1].First : _end) - _runs[at].First;

    private int Find(ulong index)
    {
        int low = 0;
        int high = _runs.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (_runs[middle].First <= index)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private readonly record struct Run(ulong First, ulong Term, long Bytes);
}
