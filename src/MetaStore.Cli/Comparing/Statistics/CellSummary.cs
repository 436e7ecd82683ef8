using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Summary of all rounds of one mode under one load.</summary>
/// <param name="Cell">Mode and load.</param>
/// <param name="Rounds">One sample per round, in order.</param>
internal sealed record CellSummary(ComparisonCell Cell, IReadOnlyList<CellSample> Rounds)
{
    /// <summary>Median of the rounds.</summary>
    public double PutsPerSecond { get; } = Median(Rounds.Select(round => round.PutsPerSecond));

    /// <summary>Median of all puts of all rounds where they are known, else the median of the rounds; microseconds.</summary>
    public double P50Micros { get; } = Pooled(Rounds, 0.5) ?? Median(Rounds.Select(round => round.P50Micros));

    /// <summary>99th percentile, as <see cref="P50Micros"/>.</summary>
    public double P99Micros { get; } = Pooled(Rounds, 0.99) ?? Median(Rounds.Select(round => round.P99Micros));

    /// <summary>Over all rounds; null when there was no entry.</summary>
    public double? PutsPerEntry { get; } = Rounds.Sum(round => round.Entries) is > 0 and var entries ? (double)Rounds.Sum(round => round.Proposals) / entries : null;

    /// <summary>Bytes written to disk per put, over all rounds; null when that was not measured.</summary>
    public double? DiskBytesPerPut { get; } = Rounds.Sum(round => round.DiskBytes) is { } bytes && Rounds.Any(round => round.DiskBytes is not null)
        ? bytes / Math.Max(1.0, Rounds.Sum(round => round.Succeeded))
        : null;

    /// <summary>Failed puts, over all rounds.</summary>
    public long Failed { get; } = Rounds.Sum(round => round.Failed);

    /// <summary>Rounds in which the throughput was not steady at the start.</summary>
    public int Unsteady { get; } = Rounds.Count(round => !round.IsSteady);

    private static double? Pooled(IReadOnlyList<CellSample> rounds, double share)
    {
        if (rounds.Count == 0 || rounds.Any(round => round.Latencies is null))
        {
            return null;
        }

        var all = new LatencyCounts();
        foreach (var round in rounds)
        {
            all.Add(round.Latencies!);
        }

        return all.Percentile(share);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : Quantiles.OfSorted(sorted, 0.5);
    }
}
