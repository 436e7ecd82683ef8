using System.Diagnostics;

namespace MetaStore.Server.Observability.Stages;

/// <summary>The time one write spent in each stage, in ticks of <see cref="Stopwatch"/>; the sum is the time from call to response.</summary>
/// <param name="Queue">Waiting for admission.</param>
/// <param name="Batch">In the batcher, until its batch was sent.</param>
/// <param name="Wal">Until it was durable on this member.</param>
/// <param name="Replicate">Until it was committed and passed to the apply loop.</param>
/// <param name="Apply">Until it was applied.</param>
/// <param name="Answer">Until the call continued with its result.</param>
internal readonly record struct WriteStages(long Queue, long Batch, long Wal, long Replicate, long Apply, long Answer)
{
    /// <summary>Names in the API, the log and the metrics, in order.</summary>
    public static readonly IReadOnlyList<string> Names = ["queue", "batch", "wal", "replicate", "apply", "answer"];

    /// <summary>The time in a stage, by its index in <see cref="Names"/>.</summary>
    public long this[int stage] => stage switch { 0 => Queue, 1 => Batch, 2 => Wal, 3 => Replicate, 4 => Apply, _ => Answer };

    /// <summary>Splits the time of a write into its stages.</summary>
    /// <param name="times">Recorded by the apply loop.</param>
    /// <param name="durableAt">When its entry was durable on this member; 0 when that is not known.</param>
    /// <param name="arrivedAt">When the proposer was called.</param>
    /// <param name="enqueuedAt">When the batcher received it.</param>
    /// <param name="now">When the call continued.</param>
    public static WriteStages Of(in ProposalTimes times, long durableAt, long arrivedAt, long enqueuedAt, long now)
    {
        // A follower forwards: its own disk is not waited for before the commit, or its time is not known.
        durableAt = Math.Clamp(durableAt, times.FlushedAt, Math.Max(times.FlushedAt, times.CommittedAt));
        return new WriteStages(
            Between(arrivedAt, enqueuedAt),
            Between(enqueuedAt, times.FlushedAt),
            Between(times.FlushedAt, durableAt),
            Between(durableAt, times.CommittedAt),
            Between(times.CommittedAt, times.AppliedAt),
            Between(times.AppliedAt, now));
    }

    private static long Between(long from, long to) => Math.Max(to - from, 0);
}
