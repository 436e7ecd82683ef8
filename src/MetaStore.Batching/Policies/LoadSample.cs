namespace MetaStore.Batching.Policies;

/// <summary>What the batcher sees at a flush or a timer tick. All a policy may decide by.</summary>
/// <param name="Demand">
/// The most proposals that were buffered and in flight (handed to Raft and not yet applied) at once since the sample before. The most
/// and not those of this moment: most flushes follow the answer to a batch, when its callers are on their way back and are counted
/// nowhere. And not the buffer alone: it is cut at the size that follows from it, so it can never show more than that size.
/// </param>
/// <param name="Flushed">Proposals that leave with this flush; 0 at a tick without one.</param>
/// <param name="Now">Monotonic time since the batcher started.</param>
/// <param name="AverageLatency">Recent average from entry to commit; zero when nothing was committed.</param>
internal readonly record struct LoadSample(int Demand, int Flushed, TimeSpan Now, TimeSpan AverageLatency);
