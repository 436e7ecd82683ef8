namespace MetaStore.Batching.Tests.Simulation;

/// <summary>A clock that jumps from one event to the next; timers are events too. Single-threaded, so every run is the same.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private long _now;
    private long _order;

    /// <summary>Time since the start.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now;

    /// <summary>Runs <paramref name="action"/> after this time; events at the same time run in the order they were added.</summary>
    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (_now + Math.Max(delay.Ticks, 0), _order++));

    /// <summary>Runs all events up to a time and sets the clock to it.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out Action? next, out (long At, long Order) place) && place.At <= end.Ticks)
        {
            _events.Dequeue();
            _now = place.At;
            next();
        }

        _now = Math.Max(_now, end.Ticks);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        SimulatedTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(SimulatedClock clock, Action fire) : ITimer
    {
        private long _use;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.True(period <= TimeSpan.Zero, "the batcher's timer fires once");
            long use = ++_use;
            if (dueTime >= TimeSpan.Zero)
            {
                clock.After(dueTime, () =>
                {
                    if (use == _use)
                    {
                        fire();
                    }
                });
            }

            return true;
        }

        public void Dispose() => _use++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
