using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Comparing.Progress;

/// <summary>Shows the progress of a comparison on standard error: a bar redrawn in place on a terminal, else a line for each round.</summary>
internal sealed class RunProgress(ComparisonPlan plan, TimeProvider time) : IRunObserver
{
    private const string EraseLine = "\r\e[K";

    private readonly ProgressClock _clock = new(plan, time);
    private readonly int _blocksOfRound = plan.Callers.Count * plan.ValueSizes.Count;
    private bool _hasBar;
    private bool _isStarted;
    private int _measured;
    private int _blocks;

    public void WarmsUp() => Show("warming up until the throughput is steady", isLine: true);

    public void Measures(ComparisonCell cell, int round)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _clock.Start();
        }

        _clock.Measures(_measured++ % plan.Modes.Count);
        var size = plan.ValueSizes.Count > 1 ? $", {Sizes.Of(cell.ValueBytes)}" : string.Empty;
        Show($"round {round + 1} of {plan.Rounds}: {cell.Mode.Name}, {cell.Callers} caller{(cell.Callers == 1 ? string.Empty : "s")}{size}", isLine: false);
    }

    public void Ends(ComparisonBlock block)
    {
        _clock.EndBlock();
        if (++_blocks % _blocksOfRound == 0)
        {
            Show($"round {block.Round + 1} of {plan.Rounds} is done", isLine: true);
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

    private void Show(string what, bool isLine)
    {
        if (Terminal.ErrorSize is { } size)
        {
            Terminal.Error.Write(EraseLine + ProgressLine.Of(size.Columns, _clock.Done, _clock.Left, what));
            _hasBar = true;
        }
        else if (isLine)
        {
            Terminal.Complain(_clock is { Done: < 1, Left: { } left } ? $"{what}; about {ProgressLine.Left(left)}" : what);
        }
    }
}
