namespace MetaStore.Consensus.Rates;

/// <summary>One load on one system in one round.</summary>
/// <param name="EntriesPerSecond">Acknowledged.</param>
/// <param name="PutsPerSecond">The same, in puts.</param>
/// <param name="CpuPerEntry">Microseconds of processor time of all three processes, the load's own among them.</param>
/// <param name="CpuPerPut">The same per put.</param>
/// <param name="P50">Median in microseconds.</param>
/// <param name="P99">99th percentile in microseconds.</param>
/// <param name="Refused">Entries that were not acknowledged.</param>
internal sealed record RateFigures(double EntriesPerSecond, double PutsPerSecond, double CpuPerEntry, double CpuPerPut, double P50, double P99, long Refused)
{
    public static RateFigures Of(RateLoad load, Load.LoadResult result, TimeSpan cpu)
    {
        var entries = Math.Max(result.Entries, 1);
        return new RateFigures(
            result.Entries / result.Seconds, result.Entries * load.PutsPerEntry / result.Seconds, cpu.TotalMicroseconds / entries,
            cpu.TotalMicroseconds / entries / load.PutsPerEntry, result.P50, result.P99, result.Refused);
    }

    /// <summary>The median of each figure by itself, and the sum of refusals.</summary>
    public static RateFigures Median(IReadOnlyList<RateFigures> rounds)
    {
        return new RateFigures(
            Of(figures => figures.EntriesPerSecond), Of(figures => figures.PutsPerSecond), Of(figures => figures.CpuPerEntry),
            Of(figures => figures.CpuPerPut), Of(figures => figures.P50), Of(figures => figures.P99), rounds.Sum(figures => figures.Refused));

        double Of(Func<RateFigures, double> pick) => rounds.Select(pick).Order().ElementAt(rounds.Count / 2);
    }
}
