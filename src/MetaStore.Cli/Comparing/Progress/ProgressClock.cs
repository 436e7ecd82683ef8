using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Progress;

/// <summary>Says how much of a plan is left, first from the plan and then from what the finished part took. Pure but for the clock it is given.</summary>
internal sealed class ProgressClock(ComparisonPlan plan, TimeProvider time)
{
    private readonly int _blocks = plan.Blocks().Count;
    private int _done;
    private int _cellsOfBlock;
    private long _began = time.GetTimestamp();

    /// <summary>Share that is done, 0 to 1; repeated measurements do not count twice.</summary>
    public double Done => Math.Min(1, (_done + Math.Min(0.99, _cellsOfBlock / (double)plan.Modes.Count)) / _blocks);

    /// <summary>Time left; null before there is anything to conclude it from.</summary>
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

    /// <summary>The warm-up is over.</summary>
    public void Start() => _began = time.GetTimestamp();

    /// <summary>One mode is about to be measured.</summary>
    /// <param name="before">Modes of the same load that were measured before it.</param>
    public void Measures(int before) => _cellsOfBlock = before;

    /// <summary>A load is done.</summary>
    public void EndBlock() => (_done, _cellsOfBlock) = (_done + 1, 0);
}
