namespace MetaStore.IO.Turns;

/// <summary>
/// Decides which thread does the next turn of a component: its own thread, or, while that sleeps, a thread that brought work and carries on by itself
/// (<see cref="RunToCompletion"/>). A turn on the thread that brought the work saves a wake-up.
/// </summary>
/// <remarks>
/// The own thread owns the component from the end of <see cref="Sleep_NeedsGate"/> to its next call. While it is in there, one other thread at a time may
/// borrow the component; what is queued meanwhile is left to the own thread. Taking and leaving the lock orders the memory of both.
/// </remarks>
/// <param name="hasWork">Called under the lock: something is queued, or the own thread has to end.</param>
public sealed class TurnOwnership(Func<bool> hasWork)
{
    private bool _sleeps;
    private bool _isLent;
    private bool _isWaitedFor;

    /// <summary>Guards the component's queue and the members of this type that need it.</summary>
    public object Gate { get; } = new();

    /// <summary>Does turns on other threads; null while only the own thread does them. Set before that thread starts.</summary>
    public ITurnWorker? Worker { get; set; }

    /// <summary>True when a turn may wait for the disk: it is not lent to a thread that must not.</summary>
    public bool WaitsForDisk { get; init; }

    /// <summary>True while the own thread has something to do and waits for the end of another thread's turn.</summary>
    internal bool IsWaitedFor
    {
        get
        {
            lock (Gate)
            {
                return _isWaitedFor;
            }
        }
    }

    /// <summary>The own thread waits: until it is woken or the time is up, and until no other thread is in a turn.</summary>
    /// <param name="limit"><see cref="Timeout.InfiniteTimeSpan"/> waits until it is woken.</param>
    /// <returns>False when the time was up.</returns>
    public bool Sleep_NeedsGate(TimeSpan limit)
    {
        _sleeps = true;
        bool isWoken = Monitor.Wait(Gate, limit);
        while (_isLent)
        {
            _isWaitedFor = true;
            Monitor.Wait(Gate);
        }

        _isWaitedFor = false;
        _sleeps = false;
        return isWoken;
    }

    /// <summary>Work was queued: wakes the own thread, or leaves the work to this thread if it carries on by itself.</summary>
    public void Wake_NeedsGate()
    {
        if (_sleeps && !_isLent && !(Worker is not null && RunToCompletion.TryNote(this)))
        {
            WakeOwner_NeedsGate();
        }
    }

    /// <summary>The own thread has to end: wakes it whichever thread calls, for a thread that carries on may wait for that end before it comes to its turns.</summary>
    public void WakeToEnd_NeedsGate()
    {
        if (_sleeps && !_isLent)
        {
            WakeOwner_NeedsGate();
        }
    }

    /// <summary>Does the turn on this thread if the own thread sleeps, and wakes that otherwise.</summary>
    /// <param name="mayWaitForDisk">False: a turn that may wait for the disk is left to the own thread.</param>
    internal void TakeTurnOrWake(bool mayWaitForDisk)
    {
        lock (Gate)
        {
            if (!_sleeps || _isLent)
            {
                // The owner, or the thread that gives the component back, looks for work once more.
                return;
            }

            if ((WaitsForDisk && !mayWaitForDisk) || !Worker!.MayBeLent)
            {
                WakeOwner_NeedsGate();
                return;
            }

            _isLent = true;
        }

        try
        {
            Worker.TakeTurn();
        }
        finally
        {
            GiveBack();
        }
    }

    /// <summary>Wakes the own thread for work that was left to this one.</summary>
    internal void WakeOwner()
    {
        lock (Gate)
        {
            if (_sleeps && !_isLent)
            {
                WakeOwner_NeedsGate();
            }
        }
    }

    private void GiveBack()
    {
        lock (Gate)
        {
            _isLent = false;
            if (_isWaitedFor || hasWork())
            {
                WakeOwner_NeedsGate();
            }
        }
    }

    private void WakeOwner_NeedsGate()
    {
        _sleeps = false;
        Monitor.Pulse(Gate);
    }
}
