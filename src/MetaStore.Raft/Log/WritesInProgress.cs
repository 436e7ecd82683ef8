namespace MetaStore.Raft.Log;

/// <summary>The runs of entries that were handed out to be written and are not durable yet, oldest first.</summary>
/// <remarks>
/// Why the term of the last entry is not enough to recognise a completion: run A ends with index 15 of term 5; a new leader of
/// term 6 truncates the log to 11 and writes its own 12 (run B); a third leader brings 12 to 15 of term 5 back (run C). When A's
/// completion arrives now, index 15 has term 5 again, yet the disk may end with B's entry after a crash. So every run also
/// remembers up to which index it is still part of the log, and a truncation lowers that for all older runs.
/// </remarks>
internal sealed class WritesInProgress
{
    private readonly List<Run> _runs = [];

    /// <summary>Number of runs being written.</summary>
    public int Count => _runs.Count;

    /// <summary>A run that ends with this entry was handed out.</summary>
    public void Add(ulong lastIndex, ulong lastTerm) => _runs.Add(new Run(lastIndex, lastTerm, lastIndex));

    /// <summary>Entries from <paramref name="index"/> on were truncated.</summary>
    public void CutFrom(ulong index)
    {
        for (int i = 0; i < _runs.Count; i++)
        {
            if (_runs[i].ValidTo >= index)
            {
                _runs[i] = _runs[i] with { ValidTo = index - 1 };
            }
        }
    }

    /// <summary>The log was replaced by a snapshot: completions of earlier runs are ignored from now on.</summary>
    public void Invalidate() => CutFrom(1);

    /// <summary>The oldest run ending with this entry, and all before it, are durable.</summary>
    /// <returns>The index up to which the log is durable as a result; 0 when the run was truncated or is unknown.</returns>
    public ulong Complete(ulong lastIndex, ulong lastTerm)
    {
        for (int i = 0; i < _runs.Count; i++)
        {
            Run run = _runs[i];
            if (run.LastIndex == lastIndex && run.LastTerm == lastTerm)
            {
                _runs.RemoveRange(0, i + 1);
                return run.ValidTo;
            }
        }

        return 0;
    }

    private readonly record struct Run(ulong LastIndex, ulong LastTerm, ulong ValidTo);
}
