using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>One mode relative to another under the same load, by round.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Against">The baseline mode.</param>
/// <param name="Callers">Callers of the load.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="Throughput">Ratio of puts per second; above 1 the mode is faster. Null when no round has both.</param>
/// <param name="P50">Ratio of median latencies; below 1 the mode is faster.</param>
internal sealed record ModeRatio(ComparedMode Mode, ComparedMode Against, int Callers, int ValueBytes, RatioEstimate? Throughput, RatioEstimate? P50)
{
    /// <summary>Compares two summaries of one load.</summary>
    public static ModeRatio Of(CellSummary mode, CellSummary against, ulong seed) => new(
        mode.Cell.Mode,
        against.Cell.Mode,
        mode.Cell.Callers,
        mode.Cell.ValueBytes,
        ThroughputOf(mode.Rounds, against.Rounds, seed, RatioEstimate.Resamples),
        RatioEstimate.Of(Pairs(mode.Rounds, against.Rounds).Select(pair => pair.Mine.P50Micros / pair.Other.P50Micros), seed));

    /// <summary>Ratio of puts per second, from the rounds that have both modes.</summary>
    public static RatioEstimate? ThroughputOf(IReadOnlyList<CellSample> mode, IReadOnlyList<CellSample> against, ulong seed, int resamples) =>
        RatioEstimate.Of(Pairs(mode, against).Select(pair => pair.Mine.PutsPerSecond / pair.Other.PutsPerSecond), seed, resamples);

    private static IEnumerable<(CellSample Mine, CellSample Other)> Pairs(IReadOnlyList<CellSample> mode, IReadOnlyList<CellSample> against) =>
        mode.Join(against, mine => mine.Round, other => other.Round, (mine, other) => (mine, other));
}
