namespace MetaStore.Batching.Statistics;

/// <summary>Counters of one mode. Not thread-safe: guarded by the batcher's lock. Counting does not allocate.</summary>
internal sealed class BatchCounters
{
    private const int SizeBounds = 17;
    private const int WaitBounds = 25;
    private const double Microsecond = 1e-6;

    private readonly long[] _reasons = new long[Enum.GetValues<FlushReason>().Length];
    private readonly HistogramCounter _sizes = new(SizeBounds, unit: 1);
    private readonly HistogramCounter _waits = new(WaitBounds, Microsecond);
    private long _proposals;
    private long _bytes;
    private long _encodedBytes;
    private long _dropped;

    /// <summary>Batches.</summary>
    public long Batches { get; private set; }

    /// <summary>A batch is sent. <paramref name="microsPerTimestamp"/> converts timestamp units to microseconds.</summary>
    public void Flushed(ProposalBatch batch, double microsPerTimestamp)
    {
        _proposals += batch.Count;
        Batches++;
        _bytes += batch.Data.Length;
        _reasons[(int)batch.Reason]++;
        _sizes.Add(batch.Count);
        for (int position = 0; position < batch.Count; position++)
        {
            _waits.Add((long)((batch.FlushedAt - batch.EnqueuedAt(position)) * microsPerTimestamp));
        }
    }

    /// <summary>An entry of this many bytes was proposed.</summary>
    public void Encoded(int bytes) => _encodedBytes += bytes;

    /// <summary>Proposals failed.</summary>
    public void Drop(int count) => _dropped += count;

    /// <summary>Adds all counts of another instance.</summary>
    public void Add(BatchCounters other)
    {
        _proposals += other._proposals;
        Batches += other.Batches;
        _bytes += other._bytes;
        _encodedBytes += other._encodedBytes;
        _dropped += other._dropped;
        _sizes.Add(other._sizes);
        _waits.Add(other._waits);
        for (int reason = 0; reason < _reasons.Length; reason++)
        {
            _reasons[reason] += other._reasons[reason];
        }
    }

    /// <summary>A copy for readers.</summary>
    public BatchTotals Snapshot(TimeSpan duration) => new()
    {
        Duration = duration,
        Proposals = _proposals,
        Batches = Batches,
        Bytes = _bytes,
        EncodedBytes = _encodedBytes,
        Dropped = _dropped,
        Flushes = new FlushCounts(
            _reasons[(int)FlushReason.Size],
            _reasons[(int)FlushReason.Bytes],
            _reasons[(int)FlushReason.Timeout],
            _reasons[(int)FlushReason.Idle],
            _reasons[(int)FlushReason.Drain]),
        SizeHistogram = _sizes.Snapshot(),
        WaitHistogram = _waits.Snapshot(),
    };
}
