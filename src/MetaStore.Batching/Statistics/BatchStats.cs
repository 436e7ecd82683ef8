using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>Statistics of the batcher: a consistent copy at one time.</summary>
public sealed record BatchStats
{
    /// <summary>Proposals sent in batches since the start.</summary>
    public required long TotalProposals { get; init; }

    /// <summary>Batches sent since the start; each is a log entry.</summary>
    public required long TotalBatches { get; init; }

    /// <summary>Proposals per batch since the start; 0 before the first.</summary>
    public double AvgBatchSize => TotalBatches == 0 ? 0 : (double)TotalProposals / TotalBatches;

    /// <summary>Moving average of the demand, 0 to 1: proposals buffered and in flight, relative to the policy's maximum size.</summary>
    public required double CurrentLoad { get; init; }

    /// <summary>Current batch size: a batch with this many proposals is sent.</summary>
    public required int CurrentBatchSize { get; init; }

    /// <summary>Current timeout: longest wait of the oldest proposal.</summary>
    public required TimeSpan CurrentTimeout { get; init; }

    /// <summary>Proposals in the buffer.</summary>
    public required int BufferLength { get; init; }

    /// <summary>Bytes in the buffer.</summary>
    public required int BufferBytes { get; init; }

    /// <summary>Batches proposed and not yet applied.</summary>
    public required int BatchesInFlight { get; init; }

    /// <summary>Proposals proposed and not yet applied.</summary>
    public required int ProposalsInFlight { get; init; }

    /// <summary>Bytes of all entries before compression.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>Bytes of all entries as written to the log.</summary>
    public required long TotalEncodedBytes { get; init; }

    /// <summary>Proposals that failed before they were applied (no leader, overload, stop).</summary>
    public required long TotalDropped { get; init; }

    /// <summary>Batches by reason.</summary>
    public required FlushCounts Flushes { get; init; }

    /// <summary>Proposals per batch.</summary>
    public required BatchHistogram SizeHistogram { get; init; }

    /// <summary>Seconds between enqueue and flush, of every proposal.</summary>
    public required BatchHistogram WaitHistogram { get; init; }

    /// <summary>Proposals per second over the last ten seconds.</summary>
    public required double Throughput { get; init; }

    /// <summary>Average time from enqueue to commit over the last ten seconds; zero without commits.</summary>
    public required TimeSpan AverageLatency { get; init; }

    /// <summary>The last batches, oldest first, at most 64.</summary>
    public required IReadOnlyList<BatchRecord> RecentBatches { get; init; }

    /// <summary>Counts since the last change of settings (<see cref="ProposalBatcher.Configure"/>), or since the start.</summary>
    public required BatchTotals SinceChange { get; init; }

    /// <summary>Counts per mode used since the start, in order of first use.</summary>
    public required IReadOnlyList<ModeTotals> Modes { get; init; }

    /// <summary>The current settings.</summary>
    public required BatchSettings Settings { get; init; }
}
