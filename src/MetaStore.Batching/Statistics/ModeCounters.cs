using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>Counts of one mode, but for the stretch that is still going on. Not thread-safe: the batcher's lock guards it.</summary>
internal sealed class ModeCounters(BatchPolicyKind policy, bool flushWhenIdle)
{
    /// <summary>The mode's policy.</summary>
    public BatchPolicyKind Policy => policy;

    /// <summary>The mode's way of flushing.</summary>
    public bool FlushWhenIdle => flushWhenIdle;

    /// <summary>Counts of the stretches that are over.</summary>
    public BatchCounters Finished { get; } = new();

    /// <summary>How long they lasted.</summary>
    public TimeSpan Duration { get; set; }
}
