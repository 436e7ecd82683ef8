using System.Globalization;
using MetaStore.Bench.Bulk;

namespace MetaStore.Bench.Sizes;

/// <summary>The same loads on clusters with 10,000 to 5,000,000 keys, in turns: what a call costs should not grow with the number of keys.</summary>
internal static class SizeComparison
{
    /// <summary>The largest number of keys when none is asked for.</summary>
    public const long KeysMost = 5_000_000;

    private static readonly long[] Sizes = [10_000, 100_000, 1_000_000, KeysMost];

    private static readonly BenchLoad[] Loads =
    [
        new("put, 1000 in flight", "put", 1000),
        new("get linearizable, 1000 in flight", "range", 1000),
        new("get serializable, 1000 in flight", "range-serializable", 1000),
        new("range of 100 keys, 100 in flight", "range", 100) { More = ["--range-limit", "100"] },
    ];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        long[] sizes = [.. Sizes.Where(size => size <= options.Keys)];
        BenchLoad[] loads = [.. Loads.Where(load => load.Name.Contains(options.Only, StringComparison.Ordinal))];
        await using var running = new RunningSystems(metaload);
        foreach (var size in sizes)
        {
            var system = ComparedSystem.OfMetaStore(NameOf(size), options.Engine, options.Members);
            await running.StartAsync(system, []);
            await running.UseAsync(system.Name, members => FillAsync(members[0], size));
            print($"{system.Name} keys are there");
            foreach (var load in loads)
            {
                // A member that has just started is still compiling code.
                await running.RunAsync(system.Name, On(load, size), options.Seconds);
            }
        }

        var runs = sizes.ToDictionary(size => size, _ => loads.ToDictionary(load => load, _ => new List<LoadFigures>()));
        foreach (var load in loads)
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var size in sizes)
                {
                    var run = await running.RunAsync(NameOf(size), On(load, size), options.Seconds);
                    runs[size][load].Add(run);
                    print($"{load.Name}, {NameOf(size)} keys: {run.Throughput:0}/s, members' processor time {run.ServerCpuPerCall:0.0} us");
                }
            }
        }

        return Table(sizes, loads, runs);
    }

    private static string NameOf(long size) => size.ToString("N0", CultureInfo.InvariantCulture);

    private static BenchLoad On(BenchLoad load, long size) => load with { More = [.. load.More, "--keys", $"{size}", "--fill", "no"] };

    private static async Task<bool> FillAsync(Uri member, long size)
    {
        await BulkLoader.FillAsync(member, size, _ => { });
        return true;
    }

    private static string Table(long[] sizes, BenchLoad[] loads, Dictionary<long, Dictionary<BenchLoad, List<LoadFigures>>> runs)
    {
        var lines = new List<string>
        {
            "Calls per second and processor time of all members per call, medians of the rounds; in brackets the ratio of the processor time to that with the fewest keys, median and range of the rounds.",
            string.Empty,
            $"| load | {string.Join(" | ", sizes.Select(size => $"{NameOf(size)} keys"))} |",
            $"|---|{string.Concat(sizes.Select(_ => "---|"))}",
        };
        foreach (var load in loads)
        {
            lines.Add($"| {load.Name} | {string.Join(" | ", sizes.Select(size => Cell(runs[size][load], runs[sizes[0]][load])))} |");
        }

        return string.Join('\n', lines);
    }

    private static string Cell(List<LoadFigures> runs, List<LoadFigures> fewest)
    {
        double[] ratios = [.. runs.Zip(fewest, (run, first) => run.ServerCpuPerCall / first.ServerCpuPerCall).Order()];
        var figures = $"{Median(runs, run => run.Throughput):0}/s, {Median(runs, run => run.ServerCpuPerCall):0.0} us";
        return runs == fewest ? figures : $"{figures} (**{ratios[ratios.Length / 2]:0.00}**, {ratios[0]:0.00} to {ratios[^1]:0.00})";
    }

    private static double Median(List<LoadFigures> runs, Func<LoadFigures, double> pick) => runs.Select(pick).Order().ElementAt(runs.Count / 2);
}
