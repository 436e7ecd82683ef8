using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Observes the progress of a comparison.</summary>
internal interface IRunObserver
{
    /// <summary>The warm-up starts.</summary>
    void WarmsUp();

    /// <summary>A mode is about to be measured.</summary>
    void Measures(ComparisonBlock block, ComparisonCell cell, int round);

    /// <summary>All rounds of a block were measured.</summary>
    void Ends(ComparisonBlock block);
}
