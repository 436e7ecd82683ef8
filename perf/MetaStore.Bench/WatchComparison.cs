namespace MetaStore.Bench;

/// <summary>Events per second delivered to 1, 100 and 1000 watchers during puts, MetaStore and etcd alternating every few seconds.</summary>
internal static class WatchComparison
{
    private const int Inflight = 100;
    private static readonly int[] Watchers = [1, 100, 1000];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        ComparedSystem[] compared = ComparedSystem.Etcd is { } etcd ? [ComparedSystem.MetaStore, etcd] : [ComparedSystem.MetaStore];
        var figures = compared.ToDictionary(system => system.Name, _ => Watchers.ToDictionary(count => count, _ => new List<double>()));
        var running = new List<(string Name, SystemUnderLoad System)>();
        try
        {
            foreach (var (name, make) in compared)
            {
                print($"{name} starts");
                var cluster = make();
                var system = new SystemUnderLoad(cluster, metaload);
                running.Add((name, system));
                await cluster.StartAsync();
                await system.WarmUpWatchesAsync(watchers: 100, Inflight);
                system.Pause();
            }

            foreach (var watchers in Watchers)
            {
                for (var round = 0; round < options.Rounds; round++)
                {
                    foreach (var (name, system) in running)
                    {
                        await system.ResumeAsync();
                        var (events, puts) = await system.WatchAsync(watchers, Inflight, options.Seconds);
                        system.Pause();
                        figures[name][watchers].Add(events);
                        print($"{name,-10} {watchers,5} watchers {events,10:0} events/s {puts,8:0} puts/s");
                    }
                }
            }
        }
        finally
        {
            foreach (var (_, system) in running)
            {
                await system.DisposeAsync();
            }
        }

        return Report(figures);
    }

    private static string Report(Dictionary<string, Dictionary<int, List<double>>> figures)
    {
        var lines = new List<string> { "| watchers | MetaStore events/s | etcd events/s | ratio |", "|---|---|---|---|" };
        foreach (var watchers in Watchers)
        {
            var ours = figures["MetaStore"][watchers];
            var theirs = figures.TryGetValue("etcd", out var runs) ? runs[watchers] : null;
            lines.Add($"| {watchers} | {Median(ours):0} | {(theirs is null ? "-" : $"{Median(theirs):0}")} | {(theirs is null ? "-" : Ratio(ours, theirs))} |");
        }

        return string.Join('\n', lines);
    }

    /// <summary>Median of the ratios of each round, with their range.</summary>
    private static string Ratio(List<double> ours, List<double> theirs)
    {
        var ratios = ours.Zip(theirs, (mine, other) => mine / other).Order().ToArray();
        return $"**{ratios[ratios.Length / 2]:0.00}** ({ratios[0]:0.00} to {ratios[^1]:0.00})";
    }

    private static double Median(List<double> runs) => runs.Order().ElementAt(runs.Count / 2);
}
