namespace MetaStore.Engines;

/// <summary>
/// An engine that keeps its content in files of its own: the Raft log is truncated up to what it has flushed, and no snapshot is needed
/// for that.
/// </summary>
/// <remarks>
/// What is on disk is always consistent: all buckets as of one commit, never a part of one. <see cref="ReadDurable"/> shows which commit
/// by the value it returns. Source: ADR 0019, ADR 0005.
/// </remarks>
public interface IDurableEngine : IStorageEngine
{
    /// <summary>
    /// Called once, from any thread, when the disk refused a read or a write, also one in the background. The node must stop.
    /// </summary>
    /// <remarks>Set before anything else is called. A call that failed throws the same exception afterwards.</remarks>
    Action<EngineException>? Failed { get; set; }

    /// <summary>Free bytes that flushes and compactions may need temporarily.</summary>
    long RoomNeeded { get; }

    /// <summary>Looks a key up in the state that a crash at this moment would leave.</summary>
    /// <returns>A copy of the value; null when the key is not there.</returns>
    /// <remarks>
    /// Thread: any. The state never goes back. Two calls may see two commits, so numbers that must match are in one value.
    /// </remarks>
    byte[]? ReadDurable(Bucket bucket, ReadOnlySpan<byte> key);

    /// <summary>
    /// Makes everything committed before the call durable, all buckets at one commit. Any thread; commits continue meanwhile.
    /// </summary>
    /// <exception cref="EngineException">
    /// The disk refused. The node must stop, unless the disk is full (<see cref="EngineFault.DiskFull"/>) and <see cref="Failed"/> is
    /// not called:
    /// then nothing has changed, and a later flush may succeed.
    /// </exception>
    void Flush();

    /// <summary>Rewrites the files without deleted data. Any thread; reads and commits continue meanwhile.</summary>
    /// <exception cref="EngineException">The disk refused; the node must stop.</exception>
    void Compact(CancellationToken cancellation);

    /// <summary>Metrics, read on each call.</summary>
    IReadOnlyList<EngineMetric> Metrics();
}
