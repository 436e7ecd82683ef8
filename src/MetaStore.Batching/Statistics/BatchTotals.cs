namespace MetaStore.Batching.Statistics;

/// <summary>What the batcher counted during some time: since a change of settings, or while one mode was in force.</summary>
/// <remarks>A copy; the caller owns it. A batch counts where it was cut, also when it is handed over or given up after a change.</remarks>
public sealed record BatchTotals
{
    /// <summary>The time that is covered.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Proposals that left in batches.</summary>
    public required long Proposals { get; init; }

    /// <summary>Batches, hence log entries.</summary>
    public required long Batches { get; init; }

    /// <summary>Proposals per batch; 0 before the first.</summary>
    public double AvgBatchSize => Batches == 0 ? 0 : (double)Proposals / Batches;

    /// <summary>Bytes of the entries before compression.</summary>
    public required long Bytes { get; init; }

    /// <summary>Bytes of the entries as they went into the log.</summary>
    public required long EncodedBytes { get; init; }

    /// <summary>Proposals that were given up (no leader, overload, stop).</summary>
    public required long Dropped { get; init; }

    /// <summary>Batches by reason.</summary>
    public required FlushCounts Flushes { get; init; }

    /// <summary>Proposals per batch.</summary>
    public required BatchHistogram SizeHistogram { get; init; }

    /// <summary>Seconds between entry and flush, of every proposal.</summary>
    public required BatchHistogram WaitHistogram { get; init; }
}
