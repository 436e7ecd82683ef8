using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Bench.Gathered;

/// <summary>The same callers in five ways: unary puts to etcd and to MetaStore and a stream of operations by metaload, and through MetaStore.Client without and with gathering.</summary>
internal static class GatheredComparison
{
    private const int WarmUpSeconds = 3;
    private const int FirstSeconds = 7;
    private static readonly int[] Callers = [1, 10, 100, 1000];

    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        await using var running = new RunningSystems(metaload);
        BenchLoad[] loads = [.. Callers.Select(callers => new BenchLoad($"put, {callers} callers", "put", callers)).Where(load => load.Name.Contains(options.Only, StringComparison.Ordinal))];
        ComparedSystem[] systems = ComparedSystem.Etcd is { } etcd ? [etcd, ComparedSystem.MetaStore] : [ComparedSystem.MetaStore];
        foreach (var system in systems)
        {
            print($"{system.Name} starts");
            await running.StartAsync(system, system.Name == ComparedSystem.MetaStore.Name ? loads.SelectMany(load => new[] { load, load with { Gather = true } }) : loads);
        }

        foreach (var gather in new[] { false, true })
        {
            // This process is a client, and compiles its code, too.
            await running.UseAsync(
                ComparedSystem.MetaStore.Name, async cluster => await ClientLoad.RunAsync(await LeaderAsync(cluster), loads[^1].Inflight, gather, WarmUpSeconds, FirstSeconds));
        }

        var rows = new List<string>
        {
            "| load | way | calls/s | p50 us | p99 us | client CPU us per call | members' CPU us per call | calls/s against the first way |",
            "|---|---|---|---|---|---|---|---|",
        };
        foreach (var load in loads)
        {
            var ways = new Dictionary<string, List<ClientFigures>>();
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var system in systems)
                {
                    Add($"{system.Name}, unary, metaload", Of(await running.RunAsync(system.Name, load, options.Seconds)));
                }

                Add("MetaStore, gathered, metaload", Of(await running.RunAsync(ComparedSystem.MetaStore.Name, load with { Gather = true }, options.Seconds)));
                foreach (var gather in new[] { false, true })
                {
                    var figures = await running.UseAsync(
                        ComparedSystem.MetaStore.Name,
                        async cluster => await ClientLoad.RunAsync(await LeaderAsync(cluster), load.Inflight, gather, WarmUpSeconds, options.Seconds));
                    Add(gather ? "MetaStore, gathered, MetaStore.Client" : "MetaStore, unary, MetaStore.Client", figures);
                }
            }

            var baseline = ways.First().Value;
            foreach (var (way, runs) in ways)
            {
                rows.Add($"| {load.Name} | {way} | {Median(runs, run => run.Throughput):0} | {Median(runs, run => run.P50):0} | {Median(runs, run => run.P99):0} | {Median(runs, run => run.CpuPerCall):0.0} | {Members(runs)} | {Ratio(runs, baseline)} |");
            }

            void Add(string way, ClientFigures figures)
            {
                print($"{load.Name,-20} {way,-40} {figures.Throughput,9:0}/s  p50 {figures.P50,8:0} us  p99 {figures.P99,8:0} us  client {figures.CpuPerCall,6:0.0} us");
                (ways.TryGetValue(way, out var runs) ? runs : ways[way] = []).Add(figures);
            }
        }

        return string.Join('\n', rows);
    }

    private static ClientFigures Of(LoadFigures figures) => new(figures.Throughput, figures.P50, figures.P99, figures.ClientCpuPerCall) { ServerCpuPerCall = figures.ServerCpuPerCall };

    private static string Members(List<ClientFigures> runs) => runs.All(run => run.ServerCpuPerCall is not null) ? $"{Median(runs, run => run.ServerCpuPerCall!.Value):0.0}" : "";

    private static async Task<Uri> LeaderAsync(IReadOnlyList<Uri> members)
    {
        foreach (var member in members)
        {
            using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [member] });
            var status = await client.Maintenance.StatusAsync(new StatusRequest());
            if (status.Leader == status.Header.MemberId)
            {
                return member;
            }
        }

        throw new InvalidOperationException("no member leads");
    }

    /// <summary>Median of the ratios of each round.</summary>
    private static string Ratio(List<ClientFigures> runs, List<ClientFigures> baseline)
    {
        var ratios = runs.Zip(baseline, (run, first) => run.Throughput / first.Throughput).Order().ToArray();
        return $"**{ratios[ratios.Length / 2]:0.00}** ({ratios[0]:0.00} to {ratios[^1]:0.00})";
    }

    private static double Median(IEnumerable<ClientFigures> runs, Func<ClientFigures, double> pick)
    {
        var sorted = runs.Select(pick).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
