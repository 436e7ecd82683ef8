namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>What is to be applied, in log order. The node fills it, one thread of the host takes from it and reports with <c>RaftNode.ReportApplied</c>.</summary>
/// <remarks>
/// Bounded by count and bytes: the core hands out no more than <see cref="RaftNodeOptions.CommittedEntriesMax"/> entries and
/// <see cref="RaftNodeOptions.CommittedBytesMax"/> bytes that are not reported as applied, and keeps the rest in the log. So adding never blocks the raft
/// thread and never fails. A snapshot of the leader counts as applied once its file is durable, so the bound starts again after each. Taken all at once: a burst of commits costs one wake-up.
/// </remarks>
public sealed class CommittedQueue
{
    private readonly object _gate = new();
    private List<CommittedWork> _queued = [];
    private List<CommittedWork> _taken = [];
    private long _entries;
    private bool _sleeps;
    private bool _closed;

    /// <summary>True while work waits to be taken.</summary>
    public bool HasWork
    {
        get
        {
            lock (_gate)
            {
                return _queued.Count > 0;
            }
        }
    }

    /// <summary>Entries that wait to be taken; those before a snapshot that is to be installed do not count.</summary>
    public long Entries => Volatile.Read(ref _entries);

    /// <summary>Sees each item before it is queued, on the thread that adds it; null for none.</summary>
    internal Action<CommittedWork>? Observer { get; set; }

    /// <summary>Takes everything that is queued, or waits for some. One thread.</summary>
    /// <param name="patience">How long to wait; infinite waits until there is work.</param>
    /// <returns>The work, valid until the next call; empty after <paramref name="patience"/>; null when the node has stopped and nothing is left.</returns>
    public IReadOnlyList<CommittedWork>? Take(TimeSpan patience)
    {
        _taken.Clear();
        lock (_gate)
        {
            if (_queued.Count == 0 && !_closed)
            {
                _sleeps = true;
                Monitor.Wait(_gate, patience);
                _sleeps = false;
            }

            (_queued, _taken) = (_taken, _queued);
            Volatile.Write(ref _entries, 0);
            return _taken.Count == 0 && _closed ? null : _taken;
        }
    }

    /// <summary>Adds work; never blocks for long.</summary>
    /// <returns>False when the queue is closed: the work is dropped.</returns>
    internal bool Add(CommittedWork work)
    {
        Observer?.Invoke(work);
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _queued.Add(work);
            Volatile.Write(ref _entries, work switch
            {
                CommittedBatch batch => _entries + batch.Entries.Count,
                SnapshotInstall => 0,
                _ => _entries,
            });

            Wake_NeedsGate();
            return true;
        }
    }

    /// <summary>Ends the queue: work that is already queued can still be taken.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Wake_NeedsGate();
        }
    }

    private void Wake_NeedsGate()
    {
        if (_sleeps)
        {
            _sleeps = false;
            Monitor.Pulse(_gate);
        }
    }
}
