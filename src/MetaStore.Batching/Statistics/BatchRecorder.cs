using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>Counts what the batcher does. Not thread-safe: the batcher's lock guards it. Allocates nothing while counting.</summary>
/// <remarks>A proposal is counted once, in the stretch that began with the last change of settings; all sums are made for readers.</remarks>
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

    /// <summary>Other settings are in force from now on.</summary>
    public void OnConfigured(BatchSettings settings, TimeSpan now)
    {
        _stretch.End(now);
        _stretch = new BatchStretch(ModeOf(settings), now);
    }

    /// <summary>A batch leaves. <paramref name="microsPerTimestamp"/> turns timestamp units into microseconds.</summary>
    public void Flushed(ProposalBatch batch, TimeSpan now, double microsPerTimestamp)
    {
        batch.Stretch = _stretch;
        _stretch.Counters.Flushed(batch, microsPerTimestamp);
        _flushed.Add(now, batch.Count, 0);
        TimeSpan oldestWait = TimeSpan.FromMicroseconds((batch.FlushedAt - batch.OldestEnqueuedAt) * microsPerTimestamp);
        _recent[_finished++ % _recent.Length] = new BatchRecord(batch.FirstId, batch.Count, batch.Data.Length, batch.Reason, oldestWait, now);
    }

    /// <summary>A batch went to the sink as it is now.</summary>
    public static void Encoded(ProposalBatch batch) => batch.Stretch!.Open.Encoded(batch.Data.Length);

    /// <summary>Proposals were committed; <paramref name="totalSeconds"/> is the sum of their times from entry to commit.</summary>
    public void Committed(int count, TimeSpan now, double totalSeconds) => _committed.Add(now, count, totalSeconds);

    /// <summary>Proposals were given up before they left.</summary>
    public void Drop(int count) => _stretch.Counters.Drop(count);

    /// <summary>A batch that had left was given up.</summary>
    public static void Drop(ProposalBatch batch) => batch.Stretch!.Open.Drop(batch.Count);

    /// <summary>Proposals that left per second, over the last ten seconds.</summary>
    public double Throughput(TimeSpan now) => _flushed.PerSecond(now);

    /// <summary>Average time from entry to commit over the last ten seconds; zero without commits.</summary>
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

    /// <summary>Counts since the settings were last put in force.</summary>
    public BatchTotals SinceChange(TimeSpan now) => _stretch.Counters.Snapshot(now - _stretch.StartedAt);

    /// <summary>Counts per mode, in the order in which the modes were first in force.</summary>
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
