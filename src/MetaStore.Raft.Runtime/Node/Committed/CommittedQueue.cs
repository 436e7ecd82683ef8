using MetaStore.IO.Turns;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Committed;

/// <summary>What is to be applied, in log order. The node fills it, one thread of the host takes from it and reports with <c>RaftNode.ReportApplied</c>.</summary>
/// <remarks>
/// Bounded by count and bytes: the core hands out no more than <see cref="RaftNodeOptions.CommittedEntriesMax"/> entries and
/// <see cref="RaftNodeOptions.CommittedBytesMax"/> bytes that are not reported as applied, and keeps the rest in the log. So adding never blocks the raft
/// thread and never fails. A snapshot of the leader counts as applied once its file is durable, so the bound starts again after each. Taken all at once: a burst of commits costs one wake-up.
/// </remarks>
public sealed class CommittedQueue
{
    /// <summary>Entries, and bytes of them, that the thread that brought them may apply: a few small commands.</summary>
    private const int LightEntries = 16;

    private const int LightBytes = 16 * 1024;

    private readonly object _gate;
    private List<CommittedWork> _queued = [];
    private List<CommittedWork> _taken = [];
    private long _entries;
    private bool _closed;

    /// <summary>An empty queue.</summary>
    public CommittedQueue()
    {
        Turns = new TurnOwnership(() => _closed || _queued.Count > 0);
        _gate = Turns.Gate;
    }

    /// <summary>Which thread takes from it: the host's, or one that the host's <see cref="TurnOwnership.Worker"/> allows.</summary>
    public TurnOwnership Turns { get; }

    /// <summary>True when all that is queued is a few small entries. Needs the lock of <see cref="Turns"/>.</summary>
    public bool IsLight
    {
        get
        {
            long bytes = 0;
            foreach (CommittedWork work in _queued)
            {
                if (work is not CommittedBatch batch)
                {
                    return false;
                }

                for (int i = 0; i < batch.Entries.Count && bytes <= LightBytes; i++)
                {
                    bytes += batch.Entries[i].Data.Length;
                }
            }

            return _entries <= LightEntries && bytes <= LightBytes;
        }
    }

    /// <summary>True when a condition holds for each entry that is queued, and nothing but entries is. Needs the lock of <see cref="Turns"/>.</summary>
    public bool All(Func<Entry, bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        foreach (CommittedWork work in _queued)
        {
            if (work is not CommittedBatch batch)
            {
                return false;
            }

            for (int i = 0; i < batch.Entries.Count; i++)
            {
                if (!holds(batch.Entries[i]))
                {
                    return false;
                }
            }
        }

        return true;
    }

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

    /// <summary>Takes everything that is queued, or waits for some. The thread that owns the work: see <see cref="Turns"/>.</summary>
    /// <param name="patience">How long to wait; infinite waits until there is work.</param>
    /// <returns>The work, valid until the next call; empty after <paramref name="patience"/>; null when the node has stopped and nothing is left.</returns>
    public IReadOnlyList<CommittedWork>? Take(TimeSpan patience)
    {
        _taken.Clear();
        lock (_gate)
        {
            if (_queued.Count == 0 && !_closed && patience != TimeSpan.Zero)
            {
                Turns.Sleep_NeedsGate(patience);

                // Another thread may have taken some meanwhile.
                _taken.Clear();
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

            Turns.Wake_NeedsGate();
            return true;
        }
    }

    /// <summary>Ends the queue: work that is already queued can still be taken.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Turns.WakeToEnd_NeedsGate();
        }
    }
}
