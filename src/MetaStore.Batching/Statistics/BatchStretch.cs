using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Statistics;

/// <summary>The period from one change of settings to the next, and its counts. Not thread-safe: guarded by the batcher's lock.</summary>
/// <param name="mode">The mode of the period.</param>
/// <param name="startedAt">Time since the batcher started.</param>
internal sealed class BatchStretch(ModeCounters mode, TimeSpan startedAt)
{
    private bool _over;

    /// <summary>The mode of the period.</summary>
    public ModeCounters Mode => mode;

    /// <summary>Time since the batcher started.</summary>
    public TimeSpan StartedAt => startedAt;

    /// <summary>Its counts until it ends.</summary>
    public BatchCounters Counters { get; } = new();

    /// <summary>The counters for a batch of this period: a batch in flight when the period ended still counts for its mode.</summary>
    public BatchCounters Open => _over ? mode.Finished : Counters;

    /// <summary>Ends it: its counts are added to its mode.</summary>
    public void End(TimeSpan now)
    {
        _over = true;
        mode.Finished.Add(Counters);
        mode.Duration += now - startedAt;
    }
}

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
