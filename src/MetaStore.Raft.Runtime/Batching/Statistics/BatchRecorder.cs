namespace MetaStore.Raft.Runtime.Batching.Statistics;

/// <summary>Counts what the batcher does. Not thread-safe: the batcher's lock guards it. Allocates nothing while counting.</summary>
internal sealed class BatchRecorder
{
    private const double Microsecond = 1e-6;

    private readonly long[] _reasons = new long[Enum.GetValues<FlushReason>().Length];
    private readonly HistogramCounter _sizes = new(bounds: 17, unit: 1);
    private readonly HistogramCounter _waits = new(bounds: 25, unit: Microsecond);
    private readonly SlidingWindow _flushed = new();
    private readonly SlidingWindow _committed = new();
    private readonly BatchRecord[] _recent = new BatchRecord[BatchDefaults.RecentBatches];

    public long Proposals { get; private set; }

    public long Batches { get; private set; }

    public long Bytes { get; private set; }

    public long EncodedBytes { get; private set; }

    public long Dropped { get; private set; }

    public FlushCounts Flushes => new(
        _reasons[(int)FlushReason.Size],
        _reasons[(int)FlushReason.Bytes],
        _reasons[(int)FlushReason.Timeout],
        _reasons[(int)FlushReason.Idle],
        _reasons[(int)FlushReason.Drain]);

    public BatchHistogram Sizes => _sizes.Snapshot();

    public BatchHistogram Waits => _waits.Snapshot();

    /// <summary>A batch leaves. <paramref name="microsPerTimestamp"/> turns timestamp units into microseconds.</summary>
    public void Flushed(SharedBatch batch, TimeSpan now, double microsPerTimestamp)
    {
        Proposals += batch.Count;
        Batches++;
        Bytes += batch.Data.Length;
        _reasons[(int)batch.Reason]++;
        _sizes.Add(batch.Count);
        for (int position = 0; position < batch.Count; position++)
        {
            _waits.Add((long)((batch.FlushedAt - batch.EnqueuedAt(position)) * microsPerTimestamp));
        }

        _flushed.Add(now, batch.Count, 0);
        TimeSpan oldestWait = TimeSpan.FromMicroseconds((batch.FlushedAt - batch.OldestEnqueuedAt) * microsPerTimestamp);
        _recent[(Batches - 1) % _recent.Length] = new BatchRecord(batch.FirstId, batch.Count, batch.Data.Length, batch.Reason, oldestWait, now);
    }

    /// <summary>An entry went to the sink with this many bytes.</summary>
    public void Encoded(int bytes) => EncodedBytes += bytes;

    /// <summary>Proposals were committed; <paramref name="totalSeconds"/> is the sum of their times from entry to commit.</summary>
    public void Committed(int count, TimeSpan now, double totalSeconds) => _committed.Add(now, count, totalSeconds);

    /// <summary>Proposals were given up.</summary>
    public void Drop(int count) => Dropped += count;

    public double Throughput(TimeSpan now) => _flushed.PerSecond(now);

    public TimeSpan AverageLatency(TimeSpan now) => TimeSpan.FromSeconds(_committed.Average(now));

    /// <summary>The last batches, oldest first.</summary>
    public IReadOnlyList<BatchRecord> Recent()
    {
        int count = (int)Math.Min(Batches, _recent.Length);
        BatchRecord[] copy = new BatchRecord[count];
        for (int i = 0; i < count; i++)
        {
            copy[i] = _recent[(Batches - count + i) % _recent.Length];
        }

        return copy;
    }
}
