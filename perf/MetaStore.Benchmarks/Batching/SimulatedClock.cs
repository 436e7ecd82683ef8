namespace MetaStore.Benchmarks.Batching;

/// <summary>Simulated time with one timer, which is enough for a batcher.</summary>
internal sealed class SimulatedClock : TimeProvider, ITimer
{
    private TimerCallback? _callback;
    private object? _state;

    /// <summary>The time, in ticks.</summary>
    public long Now { get; private set; }

    /// <summary>When the timer fires; <see cref="long.MaxValue"/> when it is stopped.</summary>
    public long Due { get; private set; } = long.MaxValue;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;

    /// <summary>Moves the time, never back.</summary>
    public void MoveTo(long ticks) => Now = Math.Max(Now, ticks);

    /// <summary>Fires the timer.</summary>
    public void Fire()
    {
        Due = long.MaxValue;
        _callback!(_state);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (_callback, _state) = (callback, state);
        return this;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Due = dueTime < TimeSpan.Zero ? long.MaxValue : Now + dueTime.Ticks;
        return true;
    }

    public void Dispose() => Due = long.MaxValue;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
