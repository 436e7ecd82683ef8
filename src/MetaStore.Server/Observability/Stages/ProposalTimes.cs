namespace MetaStore.Server.Observability.Stages;

/// <summary>When a proposal passed the stages after the batcher; timestamps of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
/// <param name="Index">Its log index; 0 when it has none.</param>
/// <param name="FlushedAt">The batcher sent its batch.</param>
/// <param name="CommittedAt">Its entry was passed to the apply loop.</param>
/// <param name="AppliedAt">It was applied; its response waits for the end of the group.</param>
internal readonly record struct ProposalTimes(ulong Index, long FlushedAt, long CommittedAt, long AppliedAt);
