namespace MetaStore.Batching.Statistics;

/// <summary>The time from one change of settings to the next, and its counts. Not thread-safe: the batcher's lock guards it.</summary>
/// <param name="mode">The mode in force.</param>
/// <param name="startedAt">Time since the batcher started.</param>
internal sealed class BatchStretch(ModeCounters mode, TimeSpan startedAt)
{
    private bool _over;

    /// <summary>The mode in force.</summary>
    public ModeCounters Mode => mode;

    /// <summary>Time since the batcher started.</summary>
    public TimeSpan StartedAt => startedAt;

    /// <summary>Its counts while it lasts.</summary>
    public BatchCounters Counters { get; } = new();

    /// <summary>Where a batch of this stretch is counted: a batch on its way when the stretch ended still belongs to its mode.</summary>
    public BatchCounters Open => _over ? mode.Finished : Counters;

    /// <summary>Ends it: its counts go over to its mode.</summary>
    public void End(TimeSpan now)
    {
        _over = true;
        mode.Finished.Add(Counters);
        mode.Duration += now - startedAt;
    }
}
