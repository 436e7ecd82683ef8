namespace MetaStore.Batching.Policies;

/// <summary>Measurements at a flush or a timer tick, the only input of a policy.</summary>
/// <param name="Demand">
/// Largest number of proposals buffered and in flight (proposed and not yet applied) at once since the last sample. Not the current number: most
/// flushes follow the completion of a batch, when its callers have not submitted their next proposals yet. And not the buffer alone: it is closed at
/// the size that is computed from it, so it never shows more than that size.
/// </param>
/// <param name="Flushed">Proposals sent with this flush; 0 at a tick without one.</param>
/// <param name="Now">Monotonic time since the batcher started.</param>
/// <param name="AverageLatency">Recent average from enqueue to commit; zero when nothing was committed.</param>
internal readonly record struct LoadSample(int Demand, int Flushed, TimeSpan Now, TimeSpan AverageLatency);
