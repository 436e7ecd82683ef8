using System.Diagnostics;
using System.Text.Json;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Bulk;

/// <summary>One member each of MetaStore and etcd, or of an earlier build, with the same large number of keys: memory, disk, opening, and calls.</summary>
/// <remarks>Rounds alternate between the systems; the median of each figure is reported.</remarks>
internal static class BulkComparison
{
    private const int Inflight = 1000;
    private const int WarmupSeconds = 3;

    /// <summary>Runs the systems one after the other.</summary>
    internal static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var systems = new List<(string Name, Func<ProcessCluster> Make)>
        {
            ("MetaStore", () => ProcessCluster.OfMetaStore(1, "--engine", options.Engine, ComparedSystem.QuotaFlag)),
        };
        if (options.Old.Length > 0)
        {
            systems.Add(("before", () => ProcessCluster.Of(options.Old, 1, "--engine", options.Engine, ComparedSystem.QuotaFlag)));
        }
        else if (Programs.Etcd is not null)
        {
            systems.Add(("etcd", () => ProcessCluster.OfEtcd(1, ComparedSystem.QuotaFlag)));
        }

        var figures = new Dictionary<string, List<BulkFigures>>();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (name, make) in systems.Where(system => system.Name.Contains(options.Only, StringComparison.Ordinal)))
            {
                await using var cluster = make();
                figures.TryAdd(name, []);
                figures[name].Add(await MeasureAsync(cluster, options, metaload, line => print($"{name,-10} {line}")));
            }
        }

        return Report(figures, options.Keys);
    }

    private static async Task<BulkFigures> MeasureAsync(ProcessCluster cluster, BenchOptions options, string metaload, Action<string> print)
    {
        var node = cluster.Nodes[0];
        await cluster.StartAsync();
        var clock = Stopwatch.StartNew();
        await BulkLoader.FillAsync(node.ClientUrl, options.Keys, print);
        var fill = clock.Elapsed.TotalSeconds;
        print($"filled in {fill:0} s");
        await DefragmentAsync(node);
        print("defragmented");
        var (gets, getCost) = await CallsAsync(metaload, node, "range", options);
        var (puts, putCost) = await CallsAsync(metaload, node, "put", options);
        print($"{gets:0} gets/s at {getCost:0.0} us, {puts:0} puts/s at {putCost:0.0} us");
        var loaded = node.Process!.ResidentBytes;
        await node.Process.TerminateAsync();
        var disk = DiskBytes(node.DataDirectory);
        var open = await OpenAsync(cluster, node);
        var processor = node.Process!.ProcessorTime.TotalSeconds;
        var (resident, anonymous) = (node.Process!.ResidentBytes, AnonymousBytes(node.Process.Id));
        print($"opened in {open:0.0} s with {resident >> 20} MiB resident, {anonymous >> 20} MiB of it anonymous");
        await node.Process.KillAsync();
        var killed = await OpenAsync(cluster, node);
        print($"opened in {killed:0.0} s after kill -9");
        return new BulkFigures(fill, disk, loaded, open, killed, processor, resident, anonymous, puts, putCost, gets, getCost);
    }

    /// <summary>Through the JSON gateway, which both systems have.</summary>
    private static async Task DefragmentAsync(ClusterNode node)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(30) };
        using var answer = await http.PostAsync(new Uri(node.ClientUrl, "/v3/maintenance/defragment"), new StringContent("{}"));
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<double> OpenAsync(ProcessCluster cluster, ClusterNode node)
    {
        var clock = Stopwatch.StartNew();
        cluster.Launch(node);
        while (!await cluster.IsHealthyAsync(node))
        {
            await Task.Delay(20);
        }

        return clock.Elapsed.TotalSeconds;
    }

    /// <returns>Calls per second, and the server's processor time per call in microseconds, including those of the warm-up.</returns>
    private static async Task<(double PerSecond, double Microseconds)> CallsAsync(string metaload, ClusterNode node, string workload, BenchOptions options)
    {
        var before = node.Process!.ProcessorTime;
        var perSecond = await MetaloadAsync(metaload, node, workload, options);
        var spent = node.Process.ProcessorTime - before;
        return (perSecond, spent.TotalMicroseconds / (perSecond * (options.Seconds + WarmupSeconds)));
    }

    private static async Task<double> MetaloadAsync(string metaload, ClusterNode node, string workload, BenchOptions options)
    {
        string[] words =
        [
            metaload, workload, "--endpoints", node.Endpoint, "--inflight", $"{Inflight}", "--connections", "8", "--keys", $"{options.Keys}", "--fill", "no",
            "--duration", $"{options.Seconds}", "--warmup", $"{WarmupSeconds}", "--value-size", "256", "-o", "json",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true })!;
        var json = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("throughput").GetDouble();
    }

    /// <summary>Allocated blocks, not lengths: preallocated files count with their disk usage.</summary>
    private static long DiskBytes(string directory)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-s", "--block-size=1", directory]) { RedirectStandardOutput = true })!;
        var text = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.Parse(text.Split('\t')[0]);
    }

    private static long AnonymousBytes(int process) =>
        1024 * long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static string Report(Dictionary<string, List<BulkFigures>> figures, long keys)
    {
        string[] names = [.. figures.Keys];
        var lines = new List<string> { $"| {keys:N0} keys of 256 B | {string.Join(" | ", names)} | ratio |", "|---|---|---|---|" };
        Add("fill, s", run => run.FillSeconds, "0");
        Add("disk after defragment, calls and stop, MiB", run => run.DiskBytes / 1048576.0, "0");
        Add("resident after load and calls, bytes per key", run => (double)run.LoadedResident / keys, "0");
        Add("resident after opening, bytes per key", run => (double)run.OpenResident / keys, "0");
        Add("of it anonymous, bytes per key", run => (double)run.OpenAnonymous / keys, "0");
        Add("opening after a clean stop, s", run => run.OpenSeconds, "0.0");
        Add("opening after kill -9, s", run => run.KilledOpenSeconds, "0.0");
        Add("processor time until it answers, s", run => run.OpenProcessor, "0.0");
        Add("gets/s, 1000 in flight, linearizable", run => run.Gets, "0");
        Add("its processor time per get, us", run => run.ProcessorPerGet, "0.0");
        Add("puts/s, 1000 in flight", run => run.Puts, "0");
        Add("its processor time per put, us", run => run.ProcessorPerPut, "0.0");
        return string.Join('\n', lines);

        void Add(string what, Func<BulkFigures, double> pick, string format)
        {
            var values = names.Select(name => Median(figures[name].Select(pick))).ToArray();
            var ratio = values.Length == 2 ? $"**{values[0] / values[1]:0.00}**" : "-";
            lines.Add($"| {what} | {string.Join(" | ", values.Select(value => value.ToString(format)))} | {ratio} |");
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
