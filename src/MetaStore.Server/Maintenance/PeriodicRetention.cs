namespace MetaStore.Server.Maintenance;

/// <summary>Keeps the history of a period: compacts to the revision of one period ago, first after one period, then every hour or period.</summary>
/// <remarks>Source: etcd's auto-compaction-mode periodic. The revision is sampled ten times an hour, or ten times a shorter period.</remarks>
internal sealed class PeriodicRetention : IRetentionPolicy
{
    private const int SamplesPerInterval = 10;

    private readonly TimeSpan _period;
    private readonly TimeSpan _interval;
    private readonly int _samplesMax;
    private readonly Queue<long> _samples = [];
    private TimeSpan _nextAt;
    private long _last;

    /// <param name="period">Above zero.</param>
    public PeriodicRetention(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        _period = period;
        _interval = period < TimeSpan.FromHours(1) ? period : TimeSpan.FromHours(1);
        _samplesMax = (int)(period / Interval) + 1;
        _nextAt = period;
    }

    /// <inheritdoc/>
    public TimeSpan Interval => _interval / SamplesPerInterval;

    /// <inheritdoc/>
    public void Observe(long revision, TimeSpan now)
    {
        _samples.Enqueue(revision);
        if (_samples.Count > _samplesMax)
        {
            _samples.Dequeue();
        }
    }

    /// <inheritdoc/>
    public long? Due(TimeSpan now) =>
        now >= _nextAt && _samples.TryPeek(out long oldest) && oldest != _last ? oldest : null;

    /// <inheritdoc/>
    public void Compacted(long revision, TimeSpan now)
    {
        _last = revision;
        _nextAt = now + _interval;
    }

    /// <inheritdoc/>
    public override string ToString() => $"the history of {_period} is kept";
}
