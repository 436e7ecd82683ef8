using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>What was counted while one mode was in force, over all the times it was since the start.</summary>
/// <param name="Policy">How size and timeout followed the load.</param>
/// <param name="FlushWhenIdle">Whether batches left early while the log was idle.</param>
/// <param name="Totals">The counts.</param>
public sealed record ModeTotals(BatchPolicyKind Policy, bool FlushWhenIdle, BatchTotals Totals);
