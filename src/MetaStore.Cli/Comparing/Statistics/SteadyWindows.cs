namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Detects a steady rate: two consecutive windows differ by no more than the tolerance and statistical noise.</summary>
/// <param name="tolerance">Fraction of the larger of two counts by which they may differ.</param>
internal sealed class SteadyWindows(double tolerance)
{
    private long? _last;

    /// <summary>True when the window that has just ended is similar to the one before it.</summary>
    /// <param name="count">Completions in the window; all windows have the same length.</param>
    public bool Add(long count)
    {
        var before = _last;
        _last = count;

        // Random counts vary by their square root; at 10 puts per window a relative tolerance alone would never be met.
        return before is { } last && last > 0 && count > 0
            && Math.Abs(count - last) <= (tolerance * Math.Max(count, last)) + (2 * Math.Sqrt(Math.Max(count, last)));
    }
}
