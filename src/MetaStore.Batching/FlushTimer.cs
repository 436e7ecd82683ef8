namespace MetaStore.Batching;

/// <summary>The one timer of a batcher: armed by the first proposal that has to wait, never once per proposal.</summary>
/// <remarks>Thread: guarded by the batcher's lock, but for <see cref="Dispose"/> and the callback.</remarks>
internal sealed class FlushTimer : IDisposable
{
    private readonly ITimer _timer;
    private readonly BatchClock _clock;
    private long _due = long.MaxValue;

    /// <summary>Makes a timer that is not armed.</summary>
    /// <param name="time">Runs it.</param>
    /// <param name="clock">Turns its timestamps into time.</param>
    /// <param name="onDue">Called on the thread pool; must call <see cref="Fired"/> under the lock.</param>
    public FlushTimer(TimeProvider time, BatchClock clock, Action onDue)
    {
        _clock = clock;
        _timer = time.CreateTimer(static state => ((Action)state!)(), onDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Arms it for a timestamp, unless it will fire soon enough anyway; when it fires too early it is armed for the rest.</summary>
    public void Arm(long deadline, long now)
    {
        if (deadline < _due)
        {
            _due = deadline;
            double milliseconds = Math.Ceiling((deadline - now) * _clock.MicrosPerTimestamp / 1e3);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(milliseconds, 1)), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>It has fired: the next <see cref="Arm"/> counts again.</summary>
    public void Fired() => _due = long.MaxValue;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
