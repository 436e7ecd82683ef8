namespace MetaStore.Server.Apply;

/// <summary>Work for the apply thread, in log order. Taken all at once, so a burst of commits costs one wake-up.</summary>
/// <remarks>Bounded by the node, which accepts no proposals while too many entries wait to be applied.</remarks>
internal sealed class ApplyQueue
{
    private readonly object _gate = new();
    private List<ApplyWork> _queued = [];
    private List<ApplyWork> _taken = [];
    private bool _sleeps;
    private bool _stopped;

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

    /// <summary>Adds work; any thread, never blocks for long.</summary>
    public void Add(ApplyWork work)
    {
        lock (_gate)
        {
            _queued.Add(work);
            Wake_NeedsGate();
        }
    }

    /// <summary>Ends the queue: work that is already queued can still be taken.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Wake_NeedsGate();
        }
    }

    /// <summary>Takes everything that is queued, or waits for some.</summary>
    /// <param name="patience">How long to wait; infinite waits until there is work.</param>
    /// <returns>The work, valid until the next call; empty after <paramref name="patience"/>; null after <see cref="Stop"/>.</returns>
    public List<ApplyWork>? Take(TimeSpan patience)
    {
        _taken.Clear();
        lock (_gate)
        {
            if (_queued.Count == 0 && !_stopped)
            {
                _sleeps = true;
                Monitor.Wait(_gate, patience);
                _sleeps = false;
            }

            (_queued, _taken) = (_taken, _queued);
            return _taken.Count == 0 && _stopped ? null : _taken;
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
