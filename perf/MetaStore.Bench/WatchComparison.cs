using System.Diagnostics;
using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench;

/// <summary>Events delivered a second to 1, 100 and 1000 watchers while puts go on, MetaStore and etcd in turn.</summary>
internal static class WatchComparison
{
    private const int WarmUpSeconds = 5;
    private const int Inflight = 100;
    private static readonly int[] Watchers = [1, 100, 1000];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> tell)
    {
        var systems = new List<(string Name, Func<ProcessCluster> Make)> { ("MetaStore", () => ProcessCluster.OfMetaStore(3)) };
        if (Programs.Etcd is not null)
        {
            systems.Add(("etcd", () => ProcessCluster.OfEtcd(3)));
        }

        var figures = new Dictionary<(string System, int Watchers), List<double>>();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (name, make) in systems)
            {
                await using var cluster = make();
                await cluster.StartAsync();
                foreach (var watchers in Watchers)
                {
                    var (events, puts) = await MeasureAsync(cluster, metaload, watchers, options.Seconds);
                    var runs = figures.TryGetValue((name, watchers), out var known) ? known : figures[(name, watchers)] = [];
                    runs.Add(events);
                    tell($"{name,-10} {watchers,5} watchers {events,10:0} events/s {puts,8:0} puts/s");
                }
            }
        }

        var lines = Watchers.Select(watchers =>
        {
            var ours = Median(figures[("MetaStore", watchers)]);
            var theirs = figures.TryGetValue(("etcd", watchers), out var runs) ? Median(runs) : double.NaN;
            return $"| {watchers} | {ours:0} | {theirs:0} | **{ours / theirs:0.00}** |";
        });
        return string.Join('\n', ["| watchers | MetaStore events/s | etcd events/s | ratio |", "|---|---|---|---|", .. lines]);
    }

    private static async Task<(double Events, double Puts)> MeasureAsync(ProcessCluster cluster, string metaload, int watchers, int seconds)
    {
        string[] words =
        [
            "watch", "--endpoints", cluster.Endpoints, "--watchers", $"{watchers}", "--inflight", $"{Inflight}",
            "--duration", $"{seconds}", "--warmup", $"{WarmUpSeconds}", "-o", "json",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [metaload, .. words]) { RedirectStandardOutput = true })!;
        var json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode is not (0 or 1))
        {
            throw new InvalidOperationException($"metaload ended with {process.ExitCode}: {json}");
        }

        using var document = JsonDocument.Parse(json);
        return (document.RootElement.GetProperty("events_per_second").GetDouble(), document.RootElement.GetProperty("puts_per_second").GetDouble());
    }

    private static double Median(List<double> runs) => runs.Order().ElementAt(runs.Count / 2);
}
