namespace MetaStore.Batching.Tests.Allocation;

/// <summary>A clock with one timer that a test advances without allocating.</summary>
internal sealed class OneTimer : TimeProvider, ITimer
{
    private TimerCallback? _callback;
    private object? _state;
    private long _due = long.MaxValue;
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.Null(_callback);
        (_callback, _state) = (callback, state);
        return this;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _due = dueTime < TimeSpan.Zero ? long.MaxValue : _now + dueTime.Ticks;
        return true;
    }

    /// <summary>Advances the clock; the timer fires at most once if it becomes due.</summary>
    public void Advance(TimeSpan by)
    {
        _now += by.Ticks;
        if (_due <= _now)
        {
            _due = long.MaxValue;
            _callback!(_state);
        }
    }

    public void Dispose() => _due = long.MaxValue;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
