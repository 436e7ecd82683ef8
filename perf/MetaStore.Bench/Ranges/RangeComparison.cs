using System.Diagnostics;
using MetaStore.Bench.Bulk;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Ranges;

/// <summary>One member each of MetaStore and etcd with the same large number of keys: ranges with a limit, counts, reading everything.</summary>
internal static class RangeComparison
{
    /// <summary>Runs the systems one after the other.</summary>
    internal static async Task<string> RunAsync(BenchOptions options, Action<string> print)
    {
        var figures = new List<(string Name, RangeFigures Run)>();
        foreach (var system in Systems(options).Where(system => system.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            await using var cluster = system.Make();
            figures.Add((system.Name, await MeasureAsync(cluster.Nodes[0], cluster, options, line => print($"{system.Name,-10} {line}"))));
        }

        return Report(figures, options.Keys);
    }

    private static IEnumerable<ComparedSystem> Systems(BenchOptions options)
    {
        yield return new("MetaStore", () => ProcessCluster.OfMetaStore(1, "--engine", options.Engine, ComparedSystem.QuotaFlag));
        if (Programs.Etcd is not null)
        {
            yield return new("etcd", () => ProcessCluster.OfEtcd(1, ComparedSystem.QuotaFlag));
        }
    }

    private static async Task<RangeFigures> MeasureAsync(ClusterNode node, ProcessCluster cluster, BenchOptions options, Action<string> print)
    {
        await cluster.StartAsync();
        await BulkLoader.FillAsync(node.ClientUrl, options.Keys, _ => { });
        print("filled");
        using var reader = new RangeReading(node.ClientUrl);
        var limited = await reader.MedianAsync(limit: 500, countOnly: false);
        var count = await reader.MedianAsync(limit: 0, countOnly: true);
        print($"limit 500 {limited:0.0} ms, count {count:0.0} ms");
        var (paging, pagingGrowth) = await TimedAsync(node, () => reader.ReadPagesAsync(options.Keys));
        print($"paged in {paging:0.0} s, {pagingGrowth >> 20} MiB more");
        var (streaming, streamGrowth) = await reader.CanStreamAsync() ? await TimedAsync(node, () => reader.ReadStreamAsync(options.Keys)) : (double.NaN, 0);
        print($"streamed in {streaming:0.0} s, {streamGrowth >> 20} MiB more");
        return new RangeFigures(limited, count, paging, pagingGrowth, streaming, streamGrowth);
    }

    private static async Task<(double Seconds, long Growth)> TimedAsync(ClusterNode node, Func<Task> work)
    {
        var before = node.Process!.ResidentBytes;
        var clock = Stopwatch.StartNew();
        await work();
        return (clock.Elapsed.TotalSeconds, node.Process.ResidentBytes - before);
    }

    private static string Report(List<(string Name, RangeFigures Run)> figures, long keys)
    {
        var lines = new List<string> { $"| {keys:N0} keys of 256 B | {string.Join(" | ", figures.Select(run => run.Name))} | ratio |", "|---|---|---|---|" };
        Add("range with limit 500 and count of all, ms", run => run.LimitedMs, "0.00");
        Add("count of all, ms", run => run.CountMs, "0.00");
        Add($"reading all, {RangeReading.PageKeys:N0} keys a page, s", run => run.PagingSeconds, "0.0");
        Add("resident MiB more while paging", run => run.PagingGrowth / 1048576.0, "0");
        Add("reading all by RangeStream, s", run => run.StreamSeconds, "0.0");
        Add("resident MiB more while streaming", run => run.StreamGrowth / 1048576.0, "0");
        return string.Join('\n', lines);

        void Add(string what, Func<RangeFigures, double> pick, string format)
        {
            var values = string.Join(" | ", figures.Select(run => double.IsNaN(pick(run.Run)) ? "-" : pick(run.Run).ToString(format)));
            var ratio = figures.Count == 2 && format != "0" && !double.IsNaN(pick(figures[1].Run)) ? $"**{pick(figures[0].Run) / pick(figures[1].Run):0.000}**" : "-";
            lines.Add($"| {what} | {values} | {ratio} |");
        }
    }
}
