namespace MetaStore.Raft.Runtime;

/// <summary>Turns passing time into ticks. The raft thread only.</summary>
/// <param name="time">Monotonic timestamps are used, never the wall clock.</param>
/// <param name="interval">Length of a tick.</param>
/// <param name="burstMax">
/// Most ticks handed out at once. A process that was paused has not been deaf for that long: what others said waits in its sockets, and
/// must be heard before it concludes that the leader is gone.
/// </param>
internal sealed class Ticker(TimeProvider time, TimeSpan interval, int burstMax)
{
    private readonly long _interval = (long)(interval.TotalSeconds * time.TimestampFrequency);
    private long _next = time.GetTimestamp() + (long)(interval.TotalSeconds * time.TimestampFrequency);

    /// <summary>Time until the next tick is due; zero when it is.</summary>
    public TimeSpan UntilNext
    {
        get
        {
            long left = _next - time.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)left / time.TimestampFrequency);
        }
    }

    /// <summary>Ticks that became due since the last call; the rest of a long gap is forgotten.</summary>
    public int Take()
    {
        long late = time.GetTimestamp() - _next;
        if (late < 0)
        {
            return 0;
        }

        long due = 1 + (late / _interval);
        _next += due * _interval;
        return (int)Math.Min(due, burstMax);
    }
}
