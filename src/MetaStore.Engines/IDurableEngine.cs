namespace MetaStore.Engines;

/// <summary>An engine that keeps its content in files of its own: the Raft log is cut behind what it has flushed, and no snapshot is needed for that.</summary>
/// <remarks>
/// What is on disk is always a consistent cut: all buckets as of one commit, never a part of one. Which one, <see cref="ReadDurable"/> tells
/// by the value it finds. Source: ADR 0019, ADR 0005.
/// </remarks>
public interface IDurableEngine : IStorageEngine
{
    /// <summary>Is told, once and from any thread, when the disk refused a read or a write, also one in the background. The node must stop.</summary>
    /// <remarks>Set before anything else is called. A call that failed throws the same exception behind it.</remarks>
    Action<EngineException>? Failed { get; set; }

    /// <summary>Free bytes that flushes and compactions may need before they give any back.</summary>
    long RoomNeeded { get; }

    /// <summary>Looks a key up in what a crash right now would leave.</summary>
    /// <returns>A copy of the value; null when the key is not there.</returns>
    /// <remarks>
    /// Thread: any. Never goes back. Two calls may see two cuts, so numbers that belong together stand in one value.
    /// </remarks>
    byte[]? ReadDurable(Bucket bucket, ReadOnlySpan<byte> key);

    /// <summary>Makes everything committed before the call durable, all buckets at one commit. Any thread; commits go on meanwhile.</summary>
    /// <exception cref="EngineException">
    /// The disk refused. The node must stop, unless the disk is full (<see cref="EngineFault.DiskFull"/>) and <see cref="Failed"/> is not told:
    /// then nothing has happened, and a later flush may succeed.
    /// </exception>
    void Flush();

    /// <summary>Rewrites the files without what was deleted. Any thread; reads and commits go on meanwhile.</summary>
    /// <exception cref="EngineException">The disk refused; the node must stop.</exception>
    void Compact(CancellationToken cancellation);

    /// <summary>Numbers for monitoring, read when asked.</summary>
    IReadOnlyList<EngineMetric> Metrics();
}
