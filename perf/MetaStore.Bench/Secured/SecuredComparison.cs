using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Secured;

/// <summary>The same puts and gets on four clusters in turn: without users and TLS, with a user of 1,000 permissions and a simple token, with TLS on both ports, with both.</summary>
internal static class SecuredComparison
{
    /// <summary>They take turns every few seconds, and each has been warmed up for longer before.</summary>
    private const int WarmUpSeconds = 1;

    private const ulong Seed = 1;

    private static readonly (string Name, bool HasTls, bool HasUsers)[] Ways = [("neither", false, false), ("auth", false, true), ("TLS", true, false), ("TLS and auth", true, true)];

    private static readonly BenchLoad[] Loads =
    [
        new("put, 1 in flight", "put", 1),
        new("put, 100 in flight", "put", 100),
        new("get linearizable, 1 in flight", "range", 1),
        new("get linearizable, 100 in flight", "range", 100),
        new("get serializable, 100 in flight", "range-serializable", 100),
    ];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        await using var running = new RunningSystems(metaload);
        BenchLoad[] loads = [.. Loads.Where(load => load.Name.Contains(options.Only, StringComparison.Ordinal))];
        for (var number = 1; number <= options.Clusters; number++)
        {
            foreach (var (name, hasTls, hasUsers) in Ways)
            {
                print($"{Named(name, number)} starts");
                var system = new ComparedSystem(
                    Named(name, number), () => ProcessCluster.OfMetaStore(3, ClusterSecurity.Of(hasTls, hasUsers), "--engine", "memory", ComparedSystem.QuotaFlag));
                await running.StartAsync(system, loads, hasUsers ? LoadUser.AddAsync : null);
            }
        }

        var runs = Ways.ToDictionary(way => way.Name, _ => loads.ToDictionary(load => load.Name, _ => new List<LoadFigures>()));
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var load in loads)
            {
                var figures = Ways.ToDictionary(way => way.Name, _ => new List<LoadFigures>());
                for (var turn = 0; turn < Ways.Length * options.Clusters; turn++)
                {
                    // Each way is first in one of four rounds: what a cluster does after its puts, snapshots for example, disturbs the next one.
                    var (name, number) = (Ways[(round + turn) % Ways.Length].Name, 1 + (turn / Ways.Length));
                    var run = await running.RunAsync(Named(name, number), load, options.Seconds, WarmUpSeconds);
                    figures[name].Add(run);
                    print($"round {round + 1}  {load.Name,-34} {Named(name, number),-15} {run.Throughput,9:0}/s  p50 {run.P50,8:0} us  members {run.ServerCpuPerCall,7:0.0} us per call");
                }

                foreach (var (name, _, _) in Ways)
                {
                    runs[name][load.Name].Add(LoadFigures.MeanOf(figures[name]));
                }
            }
        }

        return Table(options, loads, runs);
    }

    private static string Named(string way, int number) => $"{way} {number}";

    private static string Table(BenchOptions options, BenchLoad[] loads, Dictionary<string, Dictionary<string, List<LoadFigures>>> runs)
    {
        var lines = new List<string>
        {
            $"Three members on the memory engine; the user has {LoadUser.Permissions} permissions in ten roles and a simple token. {options.Clusters} clusters of each kind, {options.Rounds} rounds of {options.Seconds} s, means of a round's clusters. Ratios are of the rounds, with their 95 % interval.",
            string.Empty,
            "| load | with | calls/s | of neither | p50 us | more than neither | p99 us | members' CPU us per call | of neither |",
            "|---|---|---|---|---|---|---|---|---|",
        };
        foreach (var load in loads)
        {
            var neither = runs[Ways[0].Name][load.Name];
            foreach (var (name, _, _) in Ways)
            {
                var these = runs[name][load.Name];
                var isFirst = these == neither;
                lines.Add(string.Join(" | ",
                    $"| {load.Name}",
                    name,
                    $"{Median(these.Select(run => run.Throughput)):0}",
                    isFirst ? "" : Ratio(these, neither, run => run.Throughput),
                    $"{Median(these.Select(run => run.P50)):0}",
                    isFirst ? "" : $"{Median(these.Zip(neither, (run, other) => run.P50 - other.P50)):+0;-0}",
                    $"{Median(these.Select(run => run.P99)):0}",
                    $"{Median(these.Select(run => run.ServerCpuPerCall)):0.0}",
                    isFirst ? " |" : $"{Ratio(these, neither, run => run.ServerCpuPerCall)} |"));
            }
        }

        return string.Join('\n', lines);
    }

    private static string Ratio(List<LoadFigures> these, List<LoadFigures> neither, Func<LoadFigures, double> pick)
    {
        var estimate = RatioEstimate.Of(these.Zip(neither, (run, other) => pick(run) / pick(other)), Seed);
        return estimate switch
        {
            null => "-",
            { Low: { } low, High: { } high } => $"**{estimate.Ratio:0.00}** ({low:0.00} to {high:0.00})",
            _ => $"**{estimate.Ratio:0.00}**",
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
