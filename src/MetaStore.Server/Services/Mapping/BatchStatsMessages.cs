using MetaStore.Protocol.V1;
using MetaStore.Server.Observability.Stages;
using Statistics = MetaStore.Batching.Statistics;

namespace MetaStore.Server.Services.Mapping;

/// <summary>Converts batching statistics from the batcher's records to metastore.v1. Times on the wire are microseconds.</summary>
internal static class BatchStatsMessages
{
    /// <summary>The statistics at this moment.</summary>
    public static BatchStats ToWire(Statistics.BatchStats stats, IReadOnlyList<StageSummary> stages)
    {
        var wire = new BatchStats
        {
            TotalProposals = stats.TotalProposals,
            TotalBatches = stats.TotalBatches,
            AvgBatchSize = stats.AvgBatchSize,
            CurrentLoad = stats.CurrentLoad,
            CurrentBatchSize = stats.CurrentBatchSize,
            CurrentTimeoutUs = Micros(stats.CurrentTimeout),
            BufferLength = stats.BufferLength,
            BufferBytes = stats.BufferBytes,
            BatchesInFlight = stats.BatchesInFlight,
            ProposalsInFlight = stats.ProposalsInFlight,
            TotalBytes = stats.TotalBytes,
            TotalEncodedBytes = stats.TotalEncodedBytes,
            TotalDropped = stats.TotalDropped,
            Flushes = ToWire(stats.Flushes),
            SizeHistogram = ToWire(stats.SizeHistogram),
            WaitHistogram = ToWire(stats.WaitHistogram),
            Throughput = stats.Throughput,
            AverageLatencyUs = Micros(stats.AverageLatency),
            SinceChange = ToWire(stats.SinceChange),
        };
        wire.RecentBatches.Add(stats.RecentBatches.Select(ToWire));
        wire.Modes.Add(stats.Modes.Select(ToWire));
        wire.Stages.Add(stages.Select(ToWire));
        return wire;
    }

    private static StageLatency ToWire(StageSummary stage) => new()
    {
        Stage = stage.Stage,
        Count = stage.Count,
        P50Us = Micros(stage.Median),
        P99Us = Micros(stage.Slow),
    };

    private static FinishedBatch ToWire(Statistics.BatchRecord batch) => new()
    {
        FirstId = batch.FirstId,
        Count = batch.Count,
        Bytes = batch.Bytes,
        Reason = batch.Reason.ToString().ToLowerInvariant(),
        OldestWaitUs = Micros(batch.OldestWait),
        AtUs = Micros(batch.At),
    };

    private static Protocol.V1.ModeTotals ToWire(Statistics.ModeTotals mode) => new()
    {
        Policy = (BatchPolicy)(int)mode.Policy,
        FlushWhenIdle = mode.FlushWhenIdle,
        Totals = ToWire(mode.Totals),
    };

    private static Protocol.V1.BatchTotals ToWire(Statistics.BatchTotals totals) => new()
    {
        DurationUs = Micros(totals.Duration),
        Proposals = totals.Proposals,
        Batches = totals.Batches,
        Bytes = totals.Bytes,
        EncodedBytes = totals.EncodedBytes,
        Dropped = totals.Dropped,
        Flushes = ToWire(totals.Flushes),
        SizeHistogram = ToWire(totals.SizeHistogram),
        WaitHistogram = ToWire(totals.WaitHistogram),
    };

    private static Protocol.V1.FlushCounts ToWire(Statistics.FlushCounts flushes) => new()
    {
        Size = flushes.Size,
        Bytes = flushes.Bytes,
        Timeout = flushes.Timeout,
        Idle = flushes.Idle,
        Drain = flushes.Drain,
    };

    private static Protocol.V1.BatchHistogram ToWire(Statistics.BatchHistogram histogram)
    {
        var wire = new Protocol.V1.BatchHistogram { Sum = histogram.Sum };
        wire.UpperBounds.Add(histogram.UpperBounds);
        wire.Counts.Add(histogram.Counts);
        return wire;
    }

    private static long Micros(TimeSpan time) => (long)time.TotalMicroseconds;
}
