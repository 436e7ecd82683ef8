using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Generates load on a cluster. Calls are sequential.</summary>
internal interface ICellDriver
{
    /// <summary>Runs load, unmeasured, until the throughput is steady.</summary>
    Task WarmUpAsync(CancellationToken cancellation);

    /// <summary>Prepares the cluster for one load.</summary>
    Task BeginAsync(ComparisonBlock block, CancellationToken cancellation);

    /// <summary>Switches to a mode, lets it settle and measures it.</summary>
    Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation);

    /// <summary>Ends one load.</summary>
    /// <returns>Null when it is valid; else the disturbance that makes its modes hard to compare.</returns>
    Task<string?> EndAsync(CancellationToken cancellation);
}
