namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Says when a rate no longer changes: two windows in a row differ by no more than the tolerance and what chance explains.</summary>
/// <param name="tolerance">Share of the larger of two counts by which they may differ.</param>
internal sealed class SteadyWindows(double tolerance)
{
    private long? _last;

    /// <summary>True when the window that has just ended is like the one before it.</summary>
    /// <param name="count">What ended in the window; all windows are equally long.</param>
    public bool Add(long count)
    {
        var before = _last;
        _last = count;

        // Counts by chance scatter by their root; at 10 puts in a window a tolerance alone would never be met.
        return before is { } last && last > 0 && count > 0
            && Math.Abs(count - last) <= (tolerance * Math.Max(count, last)) + (2 * Math.Sqrt(Math.Max(count, last)));
    }
}
