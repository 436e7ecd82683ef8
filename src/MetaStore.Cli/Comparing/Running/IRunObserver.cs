using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Observes the progress of a comparison.</summary>
internal interface IRunObserver
{
    /// <summary>The warm-up starts.</summary>
    void WarmsUp();

    /// <summary>A mode is about to be measured.</summary>
    void Measures(ComparisonCell cell, int round);

    /// <summary>All modes were measured under one load.</summary>
    void Ends(ComparisonBlock block);
}
