namespace MetaStore.IO;

/// <summary>Converts lengths of time to the timestamps of a clock, so that a deadline costs one addition and no second look at the clock.</summary>
public static class TimestampSpans
{
    /// <summary>A length of time in the units of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="span">At most some centuries: a 64-bit number of nanoseconds.</param>
    public static long TimestampsIn(this TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
