namespace MetaStore.Simulation.Kernel;

/// <summary>One node's clocks: a monotonic one that drifts, and a wall clock that jumps.</summary>
/// <param name="kernel">True time.</param>
/// <param name="rate">Speed of the node's monotonic clock; 1 is true.</param>
/// <param name="wallOffset">Error of the wall clock, read each time.</param>
/// <param name="schedule">Runs a timer's callback on the node after a delay of true time, unless the node is dead by then.</param>
internal sealed class SimTime(SimKernel kernel, double rate, Func<TimeSpan> wallOffset, Action<long, Action> schedule) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(kernel.Now * rate);

    public override DateTimeOffset GetUtcNow() => UtcAt(kernel.Now);

    /// <summary>The wall clock at a true time, with the error that it has now.</summary>
    public DateTimeOffset UtcAt(long trueTime) => Epoch + new TimeSpan(trueTime) + wallOffset();

    /// <summary>Converts a length of the node's time to true time.</summary>
    public long InTrueTime(TimeSpan span) => (long)(span.Ticks / rate);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimTime owner, TimerCallback callback, object? state) : ITimer
    {
        private long _use;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            long use = ++_use;
            if (dueTime >= TimeSpan.Zero)
            {
                Arm(use, dueTime, period);
            }

            return true;
        }

        public void Dispose() => _use++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(long use, TimeSpan dueTime, TimeSpan period) => owner.Schedule(owner.InTrueTime(dueTime), () =>
        {
            if (use == _use)
            {
                callback(state);
                if (period > TimeSpan.Zero)
                {
                    Arm(use, period, period);
                }
            }
        });
    }

    private void Schedule(long delay, Action action) => schedule(delay, action);
}
