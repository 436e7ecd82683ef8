namespace MetaStore.Batching;

/// <summary>Timestamps of a <see cref="TimeProvider"/>, also as time since the batcher started. Any thread.</summary>
internal sealed class BatchClock(TimeProvider time)
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly long _frequency = time.TimestampFrequency;

    /// <summary>The current timestamp.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Factor from timestamp units to microseconds.</summary>
    public double MicrosPerTimestamp { get; } = 1e6 / time.TimestampFrequency;

    /// <summary>Time from the batcher's start to a timestamp.</summary>
    public TimeSpan Elapsed(long timestamp) => TimeSpan.FromMicroseconds((timestamp - _startedAt) * MicrosPerTimestamp);

    /// <summary>A time span in timestamp units.</summary>
    public long InTimestamps(TimeSpan span) => (long)(span.TotalSeconds * _frequency);
}
