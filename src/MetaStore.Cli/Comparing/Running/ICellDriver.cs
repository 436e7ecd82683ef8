using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Generates load on a cluster. Calls are sequential.</summary>
internal interface ICellDriver
{
    /// <summary>Runs load, unmeasured, until the throughput is steady.</summary>
    Task WarmUpAsync(CancellationToken cancellation);

    /// <summary>Prepares the cluster for one block and runs its load while the work measures. When it returns or fails, no put is in flight.</summary>
    /// <returns>Null when the block is valid; else the disturbance that makes its modes hard to compare.</returns>
    Task<string?> UnderLoadAsync(ComparisonBlock block, Func<Task> work, CancellationToken cancellation);

    /// <summary>Switches to a mode, unless it is that of the measurement before, lets it settle and measures it. Called by the work of <see cref="UnderLoadAsync"/> only.</summary>
    /// <param name="cell">The mode, and the load of the block.</param>
    /// <param name="round">The round.</param>
    /// <param name="cancellation">Cancels at once.</param>
    Task<CellSample> MeasureAsync(ComparisonCell cell, int round, CancellationToken cancellation);
}
