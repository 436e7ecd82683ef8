using MetaStore.Cli.Comparing.Plan;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Hears how far a comparison is.</summary>
internal interface IRunObserver
{
    /// <summary>The warm-up begins.</summary>
    void WarmsUp();

    /// <summary>One mode is about to be measured.</summary>
    void Measures(ComparisonCell cell, int round);

    /// <summary>All modes were measured under one load.</summary>
    void Ends(ComparisonBlock block);
}
