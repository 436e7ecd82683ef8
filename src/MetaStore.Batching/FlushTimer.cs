namespace MetaStore.Batching;

/// <summary>The one timer of a batcher: started by the first proposal that has to wait, never once per proposal.</summary>
/// <remarks>Guarded by the batcher's lock, except <see cref="Dispose"/> and the callback.</remarks>
internal sealed class FlushTimer : IDisposable
{
    private readonly ITimer _timer;
    private readonly BatchClock _clock;
    private long _due = long.MaxValue;

    /// <summary>Creates a stopped timer.</summary>
    /// <param name="time">Supplies the timer.</param>
    /// <param name="clock">Interprets timestamps.</param>
    /// <param name="onDue">Called on the thread pool; must call <see cref="Fired"/> under the lock.</param>
    public FlushTimer(TimeProvider time, BatchClock clock, Action onDue)
    {
        _clock = clock;
        _timer = time.CreateTimer(static state => ((Action)state!)(), onDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts it for a timestamp, unless it fires soon enough anyway; when it fires too early it is restarted for the rest.</summary>
    public void Arm(long deadline, long now)
    {
        if (deadline < _due)
        {
            _due = deadline;
            double milliseconds = Math.Ceiling((deadline - now) * _clock.MicrosPerTimestamp / 1e3);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(milliseconds, 1)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>It has fired: the next <see cref="Arm"/> starts it again.</summary>
    public void Fired() => _due = long.MaxValue;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
