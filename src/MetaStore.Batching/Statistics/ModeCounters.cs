using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>Counts of one mode, excluding the current period. Not thread-safe: guarded by the batcher's lock.</summary>
internal sealed class ModeCounters(BatchPolicyKind policy, bool flushWhenIdle)
{
    /// <summary>The mode's policy.</summary>
    public BatchPolicyKind Policy => policy;

    /// <summary>Whether the mode flushes when idle.</summary>
    public bool FlushWhenIdle => flushWhenIdle;

    /// <summary>Counts of the periods that have ended.</summary>
    public BatchCounters Finished { get; } = new();

    /// <summary>Total length of these periods.</summary>
    public TimeSpan Duration { get; set; }
}
