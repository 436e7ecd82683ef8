namespace MetaStore.Raft.Runtime.Node;

/// <summary>Converts elapsed time to ticks. The raft thread only.</summary>
/// <param name="time">Monotonic timestamps are used, never the wall clock.</param>
/// <param name="interval">Length of a tick.</param>
/// <param name="burstMax">
/// Maximum number of ticks returned at once. While a process was paused, messages have collected in its sockets; they must be processed
/// before it concludes that the leader has failed.
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

    /// <summary>Ticks that became due since the last call; the rest of a long gap is dropped.</summary>
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
