using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Puts a cluster under load. Calls come one after the other.</summary>
internal interface ICellDriver
{
    /// <summary>Loads the cluster, unmeasured, until its throughput is steady.</summary>
    Task WarmUpAsync(CancellationToken cancellation);

    /// <summary>Gets the cluster ready for one load.</summary>
    Task BeginAsync(ComparisonBlock block, CancellationToken cancellation);

    /// <summary>Switches to a mode, lets it settle and measures it.</summary>
    Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation);

    /// <summary>Ends one load.</summary>
    /// <returns>Null when it counts; else what happened meanwhile that makes its modes hard to compare.</returns>
    Task<string?> EndAsync(CancellationToken cancellation);
}
