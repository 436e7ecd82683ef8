namespace MetaStore.Testing;

/// <summary>A clock that a test advances; timers fire inside <see cref="Advance"/>, in order of their due times.</summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _utc = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _ticks;

    /// <summary>Number of armed timers.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(timer => timer.Due != long.MaxValue);
            }
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _utc;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        FakeTimer timer = new(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Advances the clock and runs the timers that become due, each at its due time, on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        long end = GetTimestamp() + by.Ticks;
        while (TakeNext(end) is { } timer)
        {
            timer.Fire();
        }

        MoveTo(end);
    }

    private FakeTimer? TakeNext(long end)
    {
        lock (_gate)
        {
            FakeTimer? next = _timers.MinBy(timer => timer.Due);
            if (next is null || next.Due > end)
            {
                return null;
            }

            MoveTo(Math.Max(next.Due, _ticks));
            next.Due = next.Period > 0 ? next.Due + next.Period : long.MaxValue;
            return next;
        }
    }

    private void MoveTo(long ticks)
    {
        lock (_gate)
        {
            _utc = _utc.AddTicks(ticks - _ticks);
            _ticks = ticks;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; } = long.MaxValue;

        public long Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                Due = dueTime < TimeSpan.Zero ? long.MaxValue : owner._ticks + dueTime.Ticks;
                Period = period > TimeSpan.Zero ? period.Ticks : 0;
                return true;
            }
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
