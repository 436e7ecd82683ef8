using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus.Rates;

/// <summary>The medians of all rounds, one line for a load on a system.</summary>
internal static class RateTable
{
    public static string Of(IReadOnlyList<ConsensusSystem> systems, IReadOnlyDictionary<(ConsensusSystem System, RateLoad Load), List<RateFigures>> runs)
    {
        List<string> lines =
        [
            "| in flight | system | entries/s | puts/s | cpu us per entry | cpu us per put | p50 us | p99 us | refused |",
            "|---|---|---|---|---|---|---|---|---|",
        ];
        foreach (var load in RateLoad.All)
        {
            foreach (var system in systems)
            {
                var median = RateFigures.Median(runs[(system, load)]);
                lines.Add(
                    $"| {load.Name} | {system} | {median.EntriesPerSecond:0} | {median.PutsPerSecond:0} | {median.CpuPerEntry:0.0} | {median.CpuPerPut:0.0} "
                    + $"| {median.P50:0} | {median.P99:0} | {median.Refused} |");
            }
        }

        return string.Join('\n', lines);
    }
}
