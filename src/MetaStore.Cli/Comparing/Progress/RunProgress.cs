using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Comparing.Progress;

/// <summary>Shows the progress of a comparison on standard error: a bar redrawn in place on a terminal, else a line for each round, or every ten seconds where time is given.</summary>
internal sealed class RunProgress(ComparisonPlan plan, TimeProvider time) : IRunObserver
{
    private const string EraseLine = "\r\e[K";
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly ProgressClock _clock = new(plan, time);
    private readonly int _loads = plan.Loads.Count();
    private bool _hasBar;
    private bool _isStarted;
    private int _measured;
    private int _blocks;
    private long _shownAt = time.GetTimestamp();

    public void WarmsUp() => Show("warming up until the throughput is steady", isLine: true);

    public void Measures(ComparisonBlock block, ComparisonCell cell, int round)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _clock.Start();
        }

        _clock.Measures(_measured++ / (double)block.Modes.Count());
        var rounds = plan.Rounds is { } all ? $" of {all}" : string.Empty;
        Show($"round {round + 1}{rounds}: {cell.Mode.Name}, {Load(block.Load)}", isLine: false);
    }

    public void Ends(ComparisonBlock block)
    {
        _clock.EndBlock();
        _measured = 0;
        _blocks++;
        if (plan.Rounds is { } all)
        {
            if (_blocks % _loads == 0)
            {
                Show($"round {block.Rounds[^1].Number + 1} of {all} is done", isLine: true);
            }
        }
        else if (time.GetElapsedTime(_shownAt) >= BetweenLines)
        {
            Show($"{block.Rounds[^1].Number + 1} rounds of {Load(block.Load)} are done", isLine: true);
        }
    }

    /// <summary>Removes the bar.</summary>
    public void Clear()
    {
        if (_hasBar)
        {
            Terminal.Error.Write(EraseLine);
            _hasBar = false;
        }
    }

    private string Load(ComparisonLoad load) =>
        $"{load.Callers} caller{(load.Callers == 1 ? string.Empty : "s")}{(plan.ValueSizes.Count > 1 ? $", {Sizes.Of(load.ValueBytes)}" : string.Empty)}";

    private void Show(string what, bool isLine)
    {
        if (Terminal.ErrorSize is { } size)
        {
            Terminal.Error.Write(EraseLine + ProgressLine.Of(size.Columns, _clock.Done, _clock.Left, what));
            _hasBar = true;
        }
        else if (isLine)
        {
            _shownAt = time.GetTimestamp();
            Terminal.Complain(_clock is { Done: < 1, Left: { } left } ? $"{what}; about {ProgressLine.Left(left)}" : what);
        }
    }
}
