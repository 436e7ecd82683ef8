namespace MetaStore.Raft.Runtime.Batching.Policies;

/// <summary>What the batcher sees at a flush or a timer tick. All a policy may decide by.</summary>
/// <param name="Buffered">Proposals in the buffer at this moment, before it is emptied.</param>
/// <param name="Outstanding">
/// Proposals between propose and commit, if the batcher empties the buffer early (flush when idle); 0 in the classic algorithm. Early
/// flushes keep the buffer low at any load, so without this part the load would never be seen.
/// </param>
/// <param name="Flushed">Proposals that leave with this flush; 0 at a tick without one.</param>
/// <param name="Now">Monotonic time since the batcher started.</param>
/// <param name="AverageLatency">Recent average from entry to commit; zero when nothing was committed.</param>
internal readonly record struct LoadSample(int Buffered, int Outstanding, int Flushed, TimeSpan Now, TimeSpan AverageLatency);
