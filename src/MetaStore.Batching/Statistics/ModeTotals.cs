using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>Counts of one mode over all periods in which it was used since the start.</summary>
/// <param name="Policy">Policy of the mode.</param>
/// <param name="FlushWhenIdle">Whether batches were sent early while the log was idle.</param>
/// <param name="Totals">The counts.</param>
public sealed record ModeTotals(BatchPolicyKind Policy, bool FlushWhenIdle, BatchTotals Totals);
