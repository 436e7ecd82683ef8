using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>What the batcher has done and where it stands: a consistent copy of one moment.</summary>
public sealed record BatchStats
{
    /// <summary>Proposals that left in batches since the start.</summary>
    public required long TotalProposals { get; init; }

    /// <summary>Batches, hence log entries, since the start.</summary>
    public required long TotalBatches { get; init; }

    /// <summary>Proposals per batch since the start; 0 before the first.</summary>
    public double AvgBatchSize => TotalBatches == 0 ? 0 : (double)TotalProposals / TotalBatches;

    /// <summary>Moving average of the demand, 0 to 1: proposals buffered and in flight, against the policy's largest size.</summary>
    public required double CurrentLoad { get; init; }

    /// <summary>Buffered proposals that send a batch off at the moment.</summary>
    public required int CurrentBatchSize { get; init; }

    /// <summary>Longest wait of the oldest proposal at the moment.</summary>
    public required TimeSpan CurrentTimeout { get; init; }

    /// <summary>Proposals in the buffer.</summary>
    public required int BufferLength { get; init; }

    /// <summary>Bytes in the buffer.</summary>
    public required int BufferBytes { get; init; }

    /// <summary>Batches handed to Raft and not yet applied.</summary>
    public required int BatchesInFlight { get; init; }

    /// <summary>Proposals handed to Raft and not yet applied.</summary>
    public required int ProposalsInFlight { get; init; }

    /// <summary>Bytes of all entries before compression.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>Bytes of all entries as they went into the log.</summary>
    public required long TotalEncodedBytes { get; init; }

    /// <summary>Proposals that were given up (no leader, overload, stop).</summary>
    public required long TotalDropped { get; init; }

    /// <summary>Batches by reason.</summary>
    public required FlushCounts Flushes { get; init; }

    /// <summary>Proposals per batch.</summary>
    public required BatchHistogram SizeHistogram { get; init; }

    /// <summary>Seconds between entry and flush, of every proposal.</summary>
    public required BatchHistogram WaitHistogram { get; init; }

    /// <summary>Proposals per second over the last ten seconds.</summary>
    public required double Throughput { get; init; }

    /// <summary>Average time from entry to commit over the last ten seconds; zero without commits.</summary>
    public required TimeSpan AverageLatency { get; init; }

    /// <summary>The last finished batches, oldest first, at most 64.</summary>
    public required IReadOnlyList<BatchRecord> RecentBatches { get; init; }

    /// <summary>Counts since the settings were last put in force (<see cref="ProposalBatcher.Configure"/>), or since the start.</summary>
    public required BatchTotals SinceChange { get; init; }

    /// <summary>Counts of each mode that was in force since the start, in the order of their first use.</summary>
    public required IReadOnlyList<ModeTotals> Modes { get; init; }

    /// <summary>The settings in force.</summary>
    public required BatchSettings Settings { get; init; }
}
