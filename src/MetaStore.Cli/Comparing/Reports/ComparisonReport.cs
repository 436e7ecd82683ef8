using MetaStore.Cli.Comparing.Machine;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Reports;

/// <summary>Results of a comparison, and what is needed to assess them.</summary>
internal sealed record ComparisonReport
{
    /// <summary>Figures and verdicts.</summary>
    public required Comparison Comparison { get; init; }

    /// <summary>Reasons to doubt the figures, one line each; shown first.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Further remarks, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The machine that generated the load.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>Load of that machine before; null where it cannot be measured.</summary>
    public MachineLoad? LoadBefore { get; init; }

    /// <summary>Load of that machine afterwards.</summary>
    public MachineLoad? LoadAfter { get; init; }

    /// <summary>The members' endpoints.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>etcd API version of the members.</summary>
    public required string Version { get; init; }

    /// <summary>Target of the puts.</summary>
    public required string Target { get; init; }

    /// <summary>Start time.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>Total duration.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Whether the settings of every member are restored and the keys deleted.</summary>
    public bool IsRestored { get; init; } = true;

    /// <summary>"31 to 140 rounds of 0.1 s in 75 s, shuffled with seed 1".</summary>
    public string Method
    {
        get
        {
            var plan = Comparison.Plan;
            int[] rounds = [.. Comparison.Cells.Where(cell => cell.Cell.Mode == plan.Subject).Select(cell => cell.Rounds.Count).Order()];
            var count = rounds.Length == 0 ? "no rounds" : $"{(rounds[0] == rounds[^1] ? string.Empty : $"{rounds[0]} to ")}{rounds[^1]} round{(rounds[^1] == 1 ? string.Empty : "s")}";
            var length = plan.PutsPerCaller > 0 ? $"{plan.PutsPerCaller:#,0} puts of each caller" : FormattableString.Invariant($"{plan.Measured.TotalSeconds:0.###} s");
            return $"{count} of {length}{(plan.Rounds is null ? FormattableString.Invariant($" in {plan.Budget.TotalSeconds:0} s") : string.Empty)}, shuffled with seed {plan.Seed}";
        }
    }
}
