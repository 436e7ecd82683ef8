using MetaStore.Cli.Comparing.Machine;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Reports;

/// <summary>What a comparison found, and all that a reader needs to judge it.</summary>
internal sealed record ComparisonReport
{
    /// <summary>Figures and verdicts.</summary>
    public required Comparison Comparison { get; init; }

    /// <summary>What makes the figures doubtful, a line each; stands above everything else.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What a reader should know besides, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where the load came from.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>How busy that machine was before; null where the system does not say.</summary>
    public MachineLoad? LoadBefore { get; init; }

    /// <summary>How busy it was afterwards.</summary>
    public MachineLoad? LoadAfter { get; init; }

    /// <summary>Members, as endpoints name them.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>Version of etcd's API that the members speak.</summary>
    public required string Version { get; init; }

    /// <summary>Where puts went.</summary>
    public required string Target { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>How long it took in all.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Whether every member has its settings back and the keys are gone.</summary>
    public bool IsRestored { get; init; } = true;

    /// <summary>"7 rounds of 0.45 s, seed 1".</summary>
    public string Method
    {
        get
        {
            var plan = Comparison.Plan;
            var length = plan.PutsPerCaller > 0 ? $"{plan.PutsPerCaller:#,0} puts of each caller" : FormattableString.Invariant($"{plan.Measured.TotalSeconds:0.###} s");
            return $"{plan.Rounds} round{(plan.Rounds == 1 ? string.Empty : "s")} of {length}, shuffled with seed {plan.Seed}";
        }
    }
}
