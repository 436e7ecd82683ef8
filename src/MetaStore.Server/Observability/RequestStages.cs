namespace MetaStore.Server.Observability;

/// <summary>Where a slow request spent its time, stage by stage; put into the call's context by the stage that waited for it.</summary>
/// <param name="Stages">Names and times in the order of the way; what did not happen is left out.</param>
internal sealed record RequestStages(IReadOnlyList<(string Name, TimeSpan Took)> Stages)
{
    /// <summary>A write: its wait to be admitted, in the batcher, for the local disk, for a quorum, and to be applied and answered.</summary>
    /// <param name="times">What the apply loop noted; all timestamps of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <param name="durableAt">When its entry was durable on this member; 0 when that is not known.</param>
    /// <param name="arrivedAt">When the proposer was called.</param>
    /// <param name="enqueuedAt">When the batcher took it.</param>
    /// <param name="now">When it was answered.</param>
    public static RequestStages OfWrite(in ProposalTimes times, long durableAt, long arrivedAt, long enqueuedAt, long now)
    {
        // A follower forwards: its own disk is not waited for before the commit, or not known.
        durableAt = Math.Clamp(durableAt, times.FlushedAt, Math.Max(times.FlushedAt, times.CommittedAt));
        return new RequestStages(
        [
            ("queue", Between(arrivedAt, enqueuedAt)),
            ("batch", Between(enqueuedAt, times.FlushedAt)),
            ("wal", Between(times.FlushedAt, durableAt)),
            ("replicate", Between(durableAt, times.CommittedAt)),
            ("apply", Between(times.CommittedAt, now)),
        ]);
    }

    /// <summary>A linearizable read: the quorum's word, and the wait until this member has applied that far.</summary>
    public static RequestStages OfRead(long askedAt, long confirmedAt, long appliedAt) =>
        new([("read_index", Between(askedAt, confirmedAt)), ("apply", Between(confirmedAt, appliedAt))]);

    private static TimeSpan Between(long from, long to) => to <= from ? TimeSpan.Zero : System.Diagnostics.Stopwatch.GetElapsedTime(from, to);
}
