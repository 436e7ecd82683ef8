using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>Counts the batcher's work. Not thread-safe: guarded by the batcher's lock. Counting does not allocate.</summary>
/// <remarks>A proposal is counted once, in the period that began with the last change of settings; sums are computed on reading.</remarks>
internal sealed class BatchRecorder
{
    private readonly List<ModeCounters> _modes = [];
    private readonly SlidingWindow _flushed = new();
    private readonly SlidingWindow _committed = new();
    private readonly BatchRecord[] _recent = new BatchRecord[BatchDefaults.RecentBatches];
    private BatchStretch _stretch;
    private long _finished;

    /// <summary>Starts counting in the mode of these settings.</summary>
    public BatchRecorder(BatchSettings settings) => _stretch = new BatchStretch(ModeOf(settings), TimeSpan.Zero);

    /// <summary>The settings were changed.</summary>
    public void OnConfigured(BatchSettings settings, TimeSpan now)
    {
        _stretch.End(now);
        _stretch = new BatchStretch(ModeOf(settings), now);
    }

    /// <summary>A batch is sent. <paramref name="microsPerTimestamp"/> converts timestamp units to microseconds.</summary>
    public void Flushed(ProposalBatch batch, TimeSpan now, double microsPerTimestamp)
    {
        batch.Stretch = _stretch;
        _stretch.Counters.Flushed(batch, microsPerTimestamp);
        _flushed.Add(now, batch.Count, 0);
        TimeSpan oldestWait = TimeSpan.FromMicroseconds((batch.FlushedAt - batch.OldestEnqueuedAt) * microsPerTimestamp);
        _recent[_finished++ % _recent.Length] = new BatchRecord(batch.FirstId, batch.Count, batch.Data.Length, batch.Reason, oldestWait, now);
    }

    /// <summary>A batch was proposed in its current encoding.</summary>
    public static void Encoded(ProposalBatch batch) => batch.Stretch!.Open.Encoded(batch.Data.Length);

    /// <summary>Proposals were committed; <paramref name="totalSeconds"/> is the sum of their times from enqueue to commit.</summary>
    public void Committed(int count, TimeSpan now, double totalSeconds) => _committed.Add(now, count, totalSeconds);

    /// <summary>Proposals failed before they were sent.</summary>
    public void Drop(int count) => _stretch.Counters.Drop(count);

    /// <summary>A sent batch failed.</summary>
    public static void Drop(ProposalBatch batch) => batch.Stretch!.Open.Drop(batch.Count);

    /// <summary>Proposals sent per second, over the last ten seconds.</summary>
    public double Throughput(TimeSpan now) => _flushed.PerSecond(now);

    /// <summary>Average time from enqueue to commit over the last ten seconds; zero without commits.</summary>
    public TimeSpan AverageLatency(TimeSpan now) => TimeSpan.FromSeconds(_committed.Average(now));

    /// <summary>Counts since the start.</summary>
    public BatchTotals Total(TimeSpan now)
    {
        BatchCounters sum = new();
        foreach (ModeCounters mode in _modes)
        {
            sum.Add(mode.Finished);
        }

        sum.Add(_stretch.Counters);
        return sum.Snapshot(now);
    }

    /// <summary>Counts since the last change of settings.</summary>
    public BatchTotals SinceChange(TimeSpan now) => _stretch.Counters.Snapshot(now - _stretch.StartedAt);

    /// <summary>Counts per mode, in order of first use.</summary>
    public IReadOnlyList<ModeTotals> Modes(TimeSpan now) => [.. _modes.Select(mode => new ModeTotals(mode.Policy, mode.FlushWhenIdle, TotalOf(mode, now)))];

    /// <summary>The last batches, oldest first.</summary>
    public IReadOnlyList<BatchRecord> Recent()
    {
        int count = (int)Math.Min(_finished, _recent.Length);
        BatchRecord[] copy = new BatchRecord[count];
        for (int i = 0; i < count; i++)
        {
            copy[i] = _recent[(_finished - count + i) % _recent.Length];
        }

        return copy;
    }

    private BatchTotals TotalOf(ModeCounters mode, TimeSpan now)
    {
        if (_stretch.Mode != mode)
        {
            return mode.Finished.Snapshot(mode.Duration);
        }

        BatchCounters sum = new();
        sum.Add(mode.Finished);
        sum.Add(_stretch.Counters);
        return sum.Snapshot(mode.Duration + now - _stretch.StartedAt);
    }

    private ModeCounters ModeOf(BatchSettings settings)
    {
        ModeCounters? known = _modes.Find(mode => mode.Policy == settings.Policy && mode.FlushWhenIdle == settings.FlushWhenIdle);
        if (known is null)
        {
            known = new ModeCounters(settings.Policy, settings.FlushWhenIdle);
            _modes.Add(known);
        }

        return known;
    }
}
