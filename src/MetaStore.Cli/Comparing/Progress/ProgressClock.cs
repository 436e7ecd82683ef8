using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Progress;

/// <summary>Estimates the remaining time of a plan: by its budget, or first from the plan and then from the time of the finished part. Pure except for its clock.</summary>
internal sealed class ProgressClock(ComparisonPlan plan, TimeProvider time)
{
    /// <summary>The last block may take longer than expected.</summary>
    private const double AlmostDone = 0.99;

    private readonly ComparisonSchedule _schedule = new(plan);
    private int _done;
    private double _shareOfBlock;
    private long _began = time.GetTimestamp();

    /// <summary>Completed fraction, 0 to 1; repeated measurements do not count twice.</summary>
    public double Done => plan.Rounds is null
        ? Math.Min(AlmostDone, time.GetElapsedTime(_began) / _schedule.Expected!.Value)
        : Math.Min(1, (_done + Math.Min(AlmostDone, _shareOfBlock)) / _schedule.FirstBlocks);

    /// <summary>Remaining time; null before it can be estimated.</summary>
    public TimeSpan? Left
    {
        get
        {
            var elapsed = time.GetElapsedTime(_began);
            return plan.Rounds is not null && _done > 0
                ? elapsed * Math.Max(0, (1 - Done) / Math.Max(Done, 1e-9))
                : _schedule.Expected is { } expected ? TimeSpan.FromTicks(Math.Max(0, (expected - elapsed).Ticks)) : null;
        }
    }

    /// <summary>The warm-up has ended.</summary>
    public void Start() => _began = time.GetTimestamp();

    /// <summary>A mode is about to be measured.</summary>
    /// <param name="before">Fraction of its block measured before it.</param>
    public void Measures(double before) => _shareOfBlock = before;

    /// <summary>A block is complete.</summary>
    public void EndBlock() => (_done, _shareOfBlock) = (_done + 1, 0);
}
