using System.Diagnostics;
using MetaStore.Protocol.V1;

namespace MetaStore.Bench.Steps;

/// <summary>The batcher of a member at one time.</summary>
/// <param name="At">Timestamp of <see cref="Stopwatch"/>.</param>
/// <param name="Callers">Proposals buffered and in flight.</param>
/// <param name="Size">Size at which a batch leaves.</param>
/// <param name="Timeout">Time after which a batch leaves.</param>
/// <param name="Load">Moving average of demand, 0 to 1.</param>
/// <param name="Proposals">Proposals since the start.</param>
/// <param name="Batches">Batches since the start.</param>
internal readonly record struct BatcherSample(long At, int Callers, int Size, TimeSpan Timeout, double Load, long Proposals, long Batches)
{
    public static BatcherSample Of(BatchStats stats) => new(
        Stopwatch.GetTimestamp(),
        stats.BufferLength + stats.ProposalsInFlight,
        stats.CurrentBatchSize,
        TimeSpan.FromMicroseconds(stats.CurrentTimeoutUs),
        stats.CurrentLoad,
        stats.TotalProposals,
        stats.TotalBatches);
}
