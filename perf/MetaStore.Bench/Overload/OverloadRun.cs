using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MetaStore.Client;
using MetaStore.Protocol.V1;
using MetaStore.Testing.Processes;

namespace MetaStore.Bench.Overload;

/// <summary>
/// Three times the puts that the cluster can handle, in an open loop, and a greedy client of 1,000 calls together with a quiet one of one call:
/// memory, latency of accepted puts, rejections, throughput relative to the peak, and recovery time.
/// </summary>
internal sealed class OverloadRun(ProcessCluster cluster, SystemUnderLoad system, BenchOptions options, Action<string> print)
{
    private const int Times = 3;
    private const int WarmUpSeconds = 3;
    private const int QuietSeconds = 10;
    private const int RecoverySeconds = 8;

    /// <summary>Large enough that the load generator never delays a call.</summary>
    private const int OpenCallsMost = 400_000;

    /// <summary>So few that they, and not the processors, which the load generator shares, are what limits the puts.</summary>
    private const int FewCredits = 8;

    /// <summary>Calls in flight that keep all of them in use; none of them waits long enough to be refused.</summary>
    private const int CallsForFewCredits = 64;

    /// <summary>The first is the default.</summary>
    private static readonly int[] CreditsPerConnection = [128, 0, 50];

    private readonly List<string> _rows = ["| what | measured |", "|---|---|"];

    /// <summary>Runs what is asked for: all, or the parts named by <see cref="BenchOptions.Only"/>.</summary>
    public static async Task<string> RunAsync(BenchOptions options, string metaload, Action<string> print)
    {
        var parts = new List<string>();
        if (((string[])["quiet", "processors", "credits"]).Any(part => IsAsked(options, part)))
        {
            parts.Add(await OnClusterAsync(options, metaload, print, environment: null, run => run.OnThisDiskAsync()));
        }

        if (IsAsked(options, "disk"))
        {
            var folder = Directory.CreateTempSubdirectory("metabench-");
            try
            {
                parts.Add(await SlowDisk.TryMakeAsync(folder.FullName) is { } disk
                    ? await OnClusterAsync(options, metaload, print, disk, run => run.OnSlowDiskAsync())
                    : "Not measured on slow disks: there is no gcc.");
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return string.Join("\n\n", parts);
    }

    private static async Task<string> OnClusterAsync(
        BenchOptions options, string metaload, Action<string> print, IReadOnlyDictionary<string, string>? environment, Func<OverloadRun, Task> run)
    {
        var cluster = ComparedSystem.MetaStore.Make();
        await using var system = new SystemUnderLoad(cluster, metaload);
        if (environment is null)
        {
            await cluster.StartAsync();
        }
        else
        {
            foreach (var node in cluster.Nodes)
            {
                cluster.LaunchWith(node, environment);
            }

            await Task.WhenAll(cluster.Nodes.Select(cluster.WaitUntilHealthyAsync));
        }

        string split = await ProcessorSplit.ApplyAsync(cluster.Nodes.Select(node => node.Process!.Id));
        print(split);
        await system.WarmUpAsync([new BenchLoad("warm-up", "put", 100)]);
        var measured = new OverloadRun(cluster, system, options, print);
        await run(measured);
        return string.Join('\n', measured._rows) + $"\n\n{split}.";
    }

    private async Task OnThisDiskAsync()
    {
        var leader = await system.LeaderAsync();
        var peak = (await system.RunAsync(new BenchLoad("peak", "put", 1000), QuietSeconds)).Throughput;
        Row("peak, 1,000 calls in flight", Text($"{peak:0} puts/s"));

        var alone = await QuietAsync(leader, greedy: false);
        Row("quiet client of 1 call, alone", Text($"p50 {Ms(alone.P50)} p99 {Ms(alone.P99)}"));
        if (IsAsked(options, "quiet"))
        {
            await CompareQuietAsync(leader, alone);
        }

        if (IsAsked(options, "processors"))
        {
            await OverloadAsync("the processors are the limit", leader, peak, alone);
        }

        if (IsAsked(options, "credits"))
        {
            await SetAsync(new AdmissionSettings { Mode = AdmissionMode.Fixed, InitialCredits = FewCredits, MinCredits = FewCredits, MaxCredits = FewCredits });
            var few = (await system.RunAsync(new BenchLoad("peak", "put", CallsForFewCredits), QuietSeconds)).Throughput;
            Row(Text($"peak with {FewCredits} credits, so that the processors are not the limit"), Text($"{few:0} puts/s"));
            await OverloadAsync(Text($"{FewCredits} credits are the limit"), leader, few, alone, CallsForFewCredits);
        }
    }

    private async Task OnSlowDiskAsync()
    {
        var leader = await system.LeaderAsync();
        var peak = (await system.RunAsync(new BenchLoad("peak", "put", 1000), QuietSeconds)).Throughput;
        Row(Text($"peak, 1,000 calls in flight, disks of {SlowDisk.BytesPerSecond / 1e6:0.0} MB/s, so that the log is the limit"), Text($"{peak:0} puts/s"));
        var alone = await QuietAsync(leader, greedy: false);
        Row("quiet client of 1 call, alone", Text($"p50 {Ms(alone.P50)} p99 {Ms(alone.P99)}"));
        await OverloadAsync("the disks are the limit", leader, peak, alone);
    }

    private static bool IsAsked(BenchOptions options, string part) => options.Only.Length == 0 || options.Only.Split(',').Contains(part);

    private async Task CompareQuietAsync(ClusterNode leader, QuietFigures alone)
    {
        foreach (var credits in CreditsPerConnection)
        {
            await SetAsync(new AdmissionSettings { CreditsPerConnection = credits });
            var beside = await QuietAsync(leader, greedy: true);
            Row(
                Text($"together with a greedy client of 1,000 calls on one connection, credits_per_connection {credits}"),
                Text($"p50 {Ms(beside.P50)} p99 {Ms(beside.P99)} ({beside.P99 / alone.P99:0.0} times alone), refused {beside.Refused}; the greedy one {beside.Greedy:0} puts/s"));
        }

        await SetAsync(new AdmissionSettings { CreditsPerConnection = CreditsPerConnection[0] });
    }

    private async Task OverloadAsync(string limit, ClusterNode leader, double peak, QuietFigures alone, int callsAfter = 1000)
    {
        await using var watch = new MemberWatch(leader);
        await using var quiet = new QuietClient(leader.ClientUrl);
        var before = leader.Process!.ResidentBytes;
        var start = Stopwatch.GetTimestamp();
        var (json, _) = await system.MetaloadAsync(
        [
            "put", "--endpoints", leader.Endpoint, "--rate", Text($"{Times * peak:0}"), "--inflight", $"{OpenCallsMost}", "--connections", "16", "--duration", $"{options.Seconds}",
            "--warmup", $"{WarmUpSeconds}", "--value-size", "256", "-o", "json",
        ]);
        var end = Stopwatch.GetTimestamp();
        var besides = quiet.Since(start);
        var (refused, most) = (quiet.Refused, watch.MostResident);
        await Task.Delay(TimeSpan.FromSeconds(RecoverySeconds));
        var (waitedUntil, lastSlow) = (watch.WaitedUntil(end), quiet.LastSlow(end, 2 * alone.P99));
        var after = (await system.RunAsync(new BenchLoad("after", "put", callsAfter), QuietSeconds)).Throughput;

        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var accepted = root.GetProperty("throughput").GetDouble();
        var latency = root.GetProperty("latency_us");
        Row(Text($"open loop of {Times * peak:0} puts/s for {options.Seconds} s, {limit}: accepted"), Text($"{accepted:0} puts/s, {accepted / peak:0.00} of the peak"));
        Row("- accepted, from when the call was due", Text($"p50 {latency.GetProperty("p50").GetDouble() / 1000:0} ms p99 {latency.GetProperty("p99").GetDouble() / 1000:0} ms"));
        Row("- the load generator started calls late by at most", Text($"{root.GetProperty("max_start_delay_us").GetDouble() / 1000:0} ms"));
        Row("- not accepted", string.Join(", ", root.GetProperty("errors").EnumerateObject().Select(error => Text($"{error.Value.GetInt64()} x {error.Name}"))));
        Row("- quiet client meanwhile", Text($"p50 {Ms(QuietClient.Percentile(besides, 0.5))} p99 {Ms(QuietClient.Percentile(besides, 0.99))}, refused {refused}"));
        Row("- credits", Text($"{watch.Limit.Min} to {watch.Limit.Max}; at most {watch.MostWaiting} calls waited"));
        Row("- memory of the leader", Text($"{before >> 20} MiB before, at most {most >> 20} MiB"));
        Row("- after the end: no call waited after", Text($"{waitedUntil.TotalSeconds:0.0} s"));
        Row("- after the end: quiet client within twice its p99 alone after", Text($"{lastSlow.TotalSeconds:0.0} s (of {RecoverySeconds} s without load)"));
        Row(Text($"- after that, {callsAfter} calls in flight"), Text($"{after:0} puts/s, {after / peak:0.00} of the peak"));
    }

    private async Task<QuietFigures> QuietAsync(ClusterNode leader, bool greedy)
    {
        var load = greedy
            ? system.MetaloadAsync(
            [
                "put", "--endpoints", leader.Endpoint, "--inflight", "1000", "--connections", "1", "--duration", $"{QuietSeconds}", "--warmup", $"{WarmUpSeconds}", "--value-size", "256", "-o", "json",
            ])
            : Task.FromResult((Json: string.Empty, Code: 0));
        await using var quiet = new QuietClient(leader.ClientUrl);
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        var from = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(QuietSeconds - 1));
        var calls = quiet.Since(from);
        var (json, _) = await load;
        using var document = json.Length > 0 ? JsonDocument.Parse(json) : null;
        return new QuietFigures(
            QuietClient.Percentile(calls, 0.5), QuietClient.Percentile(calls, 0.99), quiet.Refused, document?.RootElement.GetProperty("throughput").GetDouble() ?? 0);
    }

    private async Task SetAsync(AdmissionSettings settings)
    {
        foreach (var node in cluster.Nodes)
        {
            using var client = new MetaStoreClient(new MetaStoreClientOptions { Endpoints = [node.ClientUrl] });
            await client.Batching.SetAsync(settings);
        }
    }

    private void Row(string what, string measured)
    {
        print($"{what}: {measured}");
        _rows.Add($"| {what} | {measured} |");
    }

    private static string Ms(TimeSpan time) => Text($"{time.TotalMilliseconds:0.0} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record QuietFigures(TimeSpan P50, TimeSpan P99, long Refused, double Greedy);
}
