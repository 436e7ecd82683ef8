using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Progress;

/// <summary>Estimates the remaining time of a plan, first from the plan and then from the time of the finished part. Pure except for its clock.</summary>
internal sealed class ProgressClock(ComparisonPlan plan, TimeProvider time)
{
    private readonly int _blocks = plan.Blocks().Count;
    private int _done;
    private int _cellsOfBlock;
    private long _began = time.GetTimestamp();

    /// <summary>Completed fraction, 0 to 1; repeated measurements do not count twice.</summary>
    public double Done => Math.Min(1, (_done + Math.Min(0.99, _cellsOfBlock / (double)plan.Modes.Count)) / _blocks);

    /// <summary>Remaining time; null before it can be estimated.</summary>
    public TimeSpan? Left
    {
        get
        {
            var elapsed = time.GetElapsedTime(_began);
            return _done > 0
                ? elapsed * Math.Max(0, (1 - Done) / Math.Max(Done, 1e-9))
                : plan.Expected is { } expected ? TimeSpan.FromTicks(Math.Max(0, (expected - elapsed).Ticks)) : null;
        }
    }

    /// <summary>The warm-up has ended.</summary>
    public void Start() => _began = time.GetTimestamp();

    /// <summary>A mode is about to be measured.</summary>
    /// <param name="before">Number of modes measured before it under the same load.</param>
    public void Measures(int before) => _cellsOfBlock = before;

    /// <summary>A load is complete.</summary>
    public void EndBlock() => (_done, _cellsOfBlock) = (_done + 1, 0);
}
