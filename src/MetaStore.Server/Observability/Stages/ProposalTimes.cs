namespace MetaStore.Server.Observability.Stages;

/// <summary>When a proposal passed the stages below the batcher; timestamps of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
/// <param name="Index">Its place in the log; 0 when it has none.</param>
/// <param name="FlushedAt">Its batch left the batcher.</param>
/// <param name="CommittedAt">Its entry was handed to the apply loop.</param>
/// <param name="AppliedAt">It was applied; its answer waits for the end of the group.</param>
internal readonly record struct ProposalTimes(ulong Index, long FlushedAt, long CommittedAt, long AppliedAt);
