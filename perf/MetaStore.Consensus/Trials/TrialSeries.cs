using MetaStore.Consensus.Nodes;

namespace MetaStore.Consensus.Trials;

/// <summary>Trials of both kinds on all systems in turn.</summary>
internal static class TrialSeries
{
    public static async Task<string> RunAsync(ConsensusOptions options, Action<string> print)
    {
        Dictionary<(ConsensusSystem, TrialKind), List<TrialResult>> results = [];
        for (var trial = 1; trial <= options.Trials; trial++)
        {
            foreach (var kind in Enum.GetValues<TrialKind>())
            {
                foreach (var system in options.Systems.Shuffle())
                {
                    var result = await KillTrial.RunAsync(system, kind, options.Directory);
                    (results.TryGetValue((system, kind), out var list) ? list : results[(system, kind)] = []).Add(result);
                    print($"trial {trial,3}  {system,-14} {kind,-10} acknowledged {result.Acknowledged,7}  lost {result.Lost}");
                }
            }
        }

        return TableOf(options.Systems, results);
    }

    /// <summary>One line for each system and kind.</summary>
    internal static string TableOf(IReadOnlyList<ConsensusSystem> systems, IReadOnlyDictionary<(ConsensusSystem System, TrialKind Kind), List<TrialResult>> results)
    {
        List<string> lines =
        [
            "| all killed, then started again | system | trials | trials with a loss | acknowledged entries | lost | most lost in one trial |",
            "|---|---|---|---|---|---|---|",
        ];
        foreach (var kind in Enum.GetValues<TrialKind>())
        {
            lines.AddRange(systems.Select(system => Line(kind, system, results[(system, kind)])));
        }

        return string.Join('\n', lines);
    }

    private static string Line(TrialKind kind, ConsensusSystem system, List<TrialResult> trials) =>
        $"| {(kind == TrialKind.All ? "all" : "the two followers")} | {system} | {trials.Count} | {trials.Count(trial => trial.Lost > 0)} "
        + $"| {trials.Sum(trial => trial.Acknowledged)} | {trials.Sum(trial => trial.Lost)} | {trials.Max(trial => trial.Lost)} |";
}
