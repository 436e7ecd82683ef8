using System.Globalization;
using System.Net;
using MetaStore.Robustness.HostileClient;
using MetaStore.Testing;
using MetaStore.Testing.HostileClient;
using MetaStore.Testing.Processes;
using Xunit.Abstractions;

namespace MetaStore.Robustness.Tests.HostileClient;

/// <summary>100,000 calls that send headers and part of the body and then stop, on 20 connections that the server has to close.</summary>
public sealed class HalfSentCallsTests(ITestOutputHelper output)
{
    private const int Connections = 20;
    private const int CallsOfEach = 5000;

    /// <summary>128 MiB for the calls, or an eighth of the heap, plus what the collector has not returned.</summary>
    private const long GrownMost = 400L << 20;

    [SkippableTheory]
    [InlineData("memory", true)]
    [RowOnRequest("rocksdb", false)]
    public async Task HalfSentCalls_InThousands_DelayNoOtherClient_AndGiveTheirMemoryBack(string engine, bool isHeapSmall)
    {
        await using var cluster = ProcessCluster.OfMetaStore(1, EngineFlags.Of(engine));
        var node = cluster.Nodes[0];
        cluster.LaunchWith(node, isHeapSmall ? new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x20000000" } : []);
        await cluster.WaitUntilHealthyAsync(node);
        var resident = node.Process!.ResidentBytes;
        using var careful = new CarefulClient(node.ClientUrl);
        using var end = new CancellationTokenSource();
        var puts = careful.RunAsync(end.Token);
        await Eventually.TrueAsync(() => careful.Puts > 50, TimeSpan.FromSeconds(30), () => "no put succeeds");

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var target = new IPEndPoint(IPAddress.Loopback, node.ClientPort);
        var hostile = await Task.WhenAll(Enumerable.Range(0, Connections).Select(
            seed => Task.Run(() => HalfSentCalls.OpenAsync(new Attack(target, new Random(seed), patience.Token), CallsOfEach, "/etcdserverpb.KV/Put", 500))));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var begun = 0;

        // The bound is less than the calls of two connections need.
        await Eventually.TrueAsync(
            async () => (begun = await PutsBegunAsync(http, node)) >= Connections * CallsOfEach || hostile.Count(connection => connection is { Closed.IsCompleted: false }) <= 1,
            TimeSpan.FromMinutes(1), () => $"the member has seen {begun} calls and keeps {hostile.Count(connection => connection is { Closed.IsCompleted: false })} connections");
        var peak = node.Process.ResidentBytes;
        foreach (var connection in hostile)
        {
            connection?.Dispose();
        }

        var before = careful.Puts;
        await Eventually.TrueAsync(() => careful.Puts > before + 100, TimeSpan.FromSeconds(30), () => "no put succeeds after it");
        await end.CancelAsync();
        await puts;
        output.WriteLine($"{engine}: {begun:N0} calls were started; longest put {careful.Longest.TotalMilliseconds:N0} ms; resident {resident >> 20} MiB at first, {peak >> 20} MiB with all calls");
        Assert.Empty(careful.Errors);
        Assert.True(careful.Longest <= HostileReport.PutBound, $"a put took {careful.Longest.TotalSeconds:N1} s");
        await Eventually.TrueAsync(
            () => node.Process.ResidentBytes < resident + GrownMost, TimeSpan.FromMinutes(1), () => $"{node.Process.ResidentBytes >> 20} MiB stay, {resident >> 20} MiB at first");
    }

    private static async Task<int> PutsBegunAsync(HttpClient http, ClusterNode node)
    {
        const string name = "grpc_server_started_total{grpc_method=\"Put\",grpc_service=\"etcdserverpb.KV\",grpc_type=\"unary\"} ";
        var page = await http.GetStringAsync(new Uri(node.ClientUrl, "/metrics"));
        return int.Parse(page.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);
    }
}
