using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MetaStore.Protocol.Etcd;
using MetaStore.Bench.Bulk;
using MetaStore.Client;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Maintenance;

/// <summary>Puts at a steady rate on one member with many keys, alone and during each kind of maintenance.</summary>
internal static class MaintenanceRun
{
    private const int PutsPerSecond = 2000;
    private const int WarmUpSeconds = 3;

    /// <summary>Measures both engines, one after the other.</summary>
    internal static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var lines = new List<string>
        {
            $"One member, {options.Keys:N0} keys of 256 B with as many old revisions, {PutsPerSecond} puts/s due (open loop). Latencies in ms.", string.Empty,
            "| engine | during the puts | took, s | p50 | p99 | p99.9 | max |", "|---|---|---|---|---|---|---|",
        };
        foreach (var engine in new[] { "memory", "rocksdb" }.Where(engine => engine.Contains(options.Only, StringComparison.Ordinal)))
        {
            await using var cluster = ProcessCluster.OfMetaStore(1, "--engine", engine, "--quota-backend-bytes", "64GiB");
            await cluster.StartAsync();
            var node = cluster.Nodes[0];
            await BulkLoader.FillAsync(node.ClientUrl, options.Keys, print);
            await BulkLoader.FillAsync(node.ClientUrl, options.Keys, print);
            var actions = new (string Name, Func<Task> Run)[]
            {
                ("nothing", () => Task.CompletedTask),
                ("compaction of the old revisions", () => CompactAsync(node)),
                ("Defragment", () => PostAsync(node, "/v3/maintenance/defragment", "{}")),
                ("HashKV", () => PostAsync(node, "/v3/maintenance/hashkv", "{}")),
                ("a second compaction", () => CompactAsync(node)),
            };
            foreach (var (name, run) in actions)
            {
                var line = $"| {engine} | {name} | {await MeasureAsync(node, options, metaload, run)} |";
                print(line);
                lines.Add(line);
            }
        }

        return string.Join('\n', lines);
    }

    private static async Task<string> MeasureAsync(ClusterNode node, BenchOptions options, string metaload, Func<Task> action)
    {
        string[] words =
        [
            metaload, "put", "--endpoints", node.Endpoint, "--rate", $"{PutsPerSecond}", "--connections", "8", "--keys", $"{options.Keys}",
            "--duration", $"{options.Seconds}", "--warmup", $"{WarmUpSeconds}", "--value-size", "256", "-o", "json",
        ];
        using var load = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true })!;
        var output = load.StandardOutput.ReadToEndAsync();
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds + 2));
        var clock = Stopwatch.StartNew();
        await action();
        var took = clock.Elapsed.TotalSeconds;
        await load.WaitForExitAsync();
        using var document = JsonDocument.Parse(await output);
        var latency = document.RootElement.GetProperty("latency_us");
        return $"{took:0.0} | {Milliseconds("p50")} | {Milliseconds("p99")} | {Milliseconds("p999")} | {Milliseconds("max")}";

        string Milliseconds(string name) => (latency.GetProperty(name).GetDouble() / 1000).ToString("0.0");
    }

    private static async Task CompactAsync(ClusterNode node)
    {
        using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [node.ClientUrl], CommandTimeout = TimeSpan.FromMinutes(10) });
        var revision = (await client.Maintenance.StatusAsync(new StatusRequest())).Header.Revision;
        await client.Kv.CompactAsync(new CompactionRequest { Revision = revision, Physical = true });
    }

    private static async Task PostAsync(ClusterNode node, string path, string body)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(30) };
        using var answer = await http.PostAsync(new Uri(node.ClientUrl, path), new StringContent(body, Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
    }
}
