namespace MetaStore.Batching.Statistics;

/// <summary>Counts of the batcher over a period: since a change of settings, or while one mode was in use.</summary>
/// <remarks>A copy; the caller owns it. A batch counts for the period in which it was closed, even when it is sent or fails later.</remarks>
public sealed record BatchTotals
{
    /// <summary>Length of the period.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Proposals sent in batches.</summary>
    public required long Proposals { get; init; }

    /// <summary>Batches sent; each is a log entry.</summary>
    public required long Batches { get; init; }

    /// <summary>Proposals per batch; 0 before the first.</summary>
    public double AvgBatchSize => Batches == 0 ? 0 : (double)Proposals / Batches;

    /// <summary>Bytes of the entries before compression.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of the entries as written to the log.</summary>
    public required long EncodedBytes { get; init; }

    /// <summary>Proposals that failed before they were applied (no leader, overload, stop).</summary>
    public required long Dropped { get; init; }

    /// <summary>Batches by reason.</summary>
    public required FlushCounts Flushes { get; init; }

    /// <summary>Proposals per batch.</summary>
    public required BatchHistogram SizeHistogram { get; init; }

    /// <summary>Seconds between enqueue and flush, of every proposal.</summary>
    public required BatchHistogram WaitHistogram { get; init; }
}

/// <summary>Batches by flush reason.</summary>
public readonly record struct FlushCounts(long Size, long Bytes, long Timeout, long Idle, long Drain);
