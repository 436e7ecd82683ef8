using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Reports;
using MetaStore.Cli.Comparing.Running;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Client;

namespace MetaStore.Bench.Modes;

/// <summary>Every batching mode of one running cluster against off: plan, statistics and verdicts of metactl batch compare with the load of metaload.</summary>
internal static class ModeComparison
{
    private static readonly int[] Callers = [1, 50, 256, 1000];

    /// <summary>A machine with other work may stall for seconds; hours of rounds must not fail because of that.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    /// <summary>Runs the comparison on a cluster with the engine in the options.</summary>
    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var plan = new ComparisonPlan
        {
            Modes = ComparedMode.All,
            Callers = [.. Callers.Where(callers => $"put, {callers} in flight".Contains(options.Only, StringComparison.Ordinal))],
            ValueSizes = [256],
            Rounds = options.Rounds,
            Measured = TimeSpan.FromSeconds(options.Seconds),
        };
        var cluster = options.Engine == "rocksdb" ? ComparedSystem.OnRocksDb.Make() : ComparedSystem.InMemory.Make();
        await using var system = new SystemUnderLoad(cluster, metaload);
        await cluster.StartAsync();
        using var client = new MetaStoreClient(new MetaStoreClientOptions
        {
            Endpoints = [.. cluster.Nodes.Select(node => node.ClientUrl)],
            CommandTimeout = CallLimit,
        });
        using var members = await ComparedMembers.OpenAsync(client, [.. cluster.Nodes.Select(node => Endpoint.Parse(node.Endpoint))], CancellationToken.None);
        var driver = new MetaloadCellDriver(system, members, options.Seconds, print);
        var run = new ComparisonRun(plan, driver, new SilentObserver(), TimeProvider.System);
        await run.RunAsync(CancellationToken.None);
        return Table(options, new Comparison(plan, run.Samples), run.Disturbances);
    }

    private static string Table(BenchOptions options, Comparison comparison, IReadOnlyList<string> disturbances)
    {
        string[] columns = ["in flight", "mode", .. TextReport.FigureColumns, "bytes to the disk for each put, all members"];
        return string.Join('\n', (string[])
        [
            $"Engine {options.Engine}; {comparison.Plan.Rounds} rounds of {options.Seconds} s, shuffled with seed {comparison.Plan.Seed}, the modes of one load in direct succession.",
            string.Empty,
            .. comparison.Verdicts.Select(verdict => $"- {verdict.Text}"),
            .. disturbances.Select(disturbance => $"- {disturbance}"),
            string.Empty,
            $"| {string.Join(" | ", columns)} |",
            $"|{string.Concat(columns.Select(_ => "---|"))}",
            .. comparison.Cells.Select(cell => $"| {string.Join(" | ", TextReport.Row(comparison, cell))} | {cell.DiskBytesPerPut:0} |"),
        ]);
    }

    private sealed class SilentObserver : IRunObserver
    {
        public void WarmsUp()
        {
        }

        public void Measures(ComparisonBlock block, ComparisonCell cell, int round)
        {
        }

        public void Ends(ComparisonBlock block)
        {
        }
    }
}
