using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MetaStore.Client;
using MetaStore.Testing;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Observability.Traces;

/// <summary>What real members send to a collector, and that one which is not there does not matter to anything else.</summary>
public sealed class ExportedTracesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] Stages = ["queue", "batch", "wal", "replicate", "apply", "answer"];

    [Fact]
    public async Task Call_OfTheClient_IsAChildOfItsCaller_WithTheStagesOfAPut()
    {
        using var source = new ActivitySource("app");
        var clients = new ConcurrentQueue<Activity>();
        using ActivityListener listener = ListenToClients(source, clients);
        await using TraceCollector collector = await TraceCollector.StartAsync();
        string trace;
        await using (ProcessCluster cluster = ProcessCluster.OfMetaStore(1, [.. To(collector.Address), "--distributed-tracing-instance-id=one"]))
        {
            await cluster.StartAsync();
            using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(cluster.Nodes[0].Endpoint) with { CommandTimeout = Limit });
            using (Activity app = source.StartActivity("work")!)
            {
                trace = $"{app.TraceId}";
                await client.Kv.PutAsync("traced", "1");
                await client.Kv.GetAsync("traced");
            }

            await client.Kv.PutAsync("not traced", "1");

            // The last spans are sent when the member stops.
            await cluster.Nodes[0].Process!.TerminateAsync();
        }

        Assert.All(collector.Spans, span => Assert.Equal(trace, span.TraceId));
        CollectedSpan put = Assert.Single(collector.Spans, span => span.Name == "etcdserverpb.KV/Put");
        CollectedSpan range = Assert.Single(collector.Spans, span => span.Name == "etcdserverpb.KV/Range");
        Assert.Equal(("etcd", "one", "n1"), (put.OfResource("service.name"), put.OfResource("service.instance.id"), put.OfResource("metastore.member.name")));
        Assert.Equal(("MetaStore", "grpc", "Put", "0"), (put.Scope.Name, put["rpc.system"], put["rpc.method"], put["rpc.grpc.status_code"]));

        // The parent is the request of the client's HTTP, which is a part of the caller's span.
        Activity? parent = clients.FirstOrDefault(activity => $"{activity.SpanId}" == put.ParentId);
        Assert.True(parent is not null && $"{parent.TraceId}" == trace, $"{put.ParentId} among {string.Join(' ', clients.Select(activity => $"{activity.OperationName}:{activity.SpanId}"))}");

        CollectedSpan[] stages = [.. collector.Spans.Where(span => span.ParentId == put.Id)];
        Assert.All(stages, stage => Assert.Contains(stage.Name, Stages));
        Assert.Contains(stages, stage => stage.Name == "wal");
        Assert.All(stages, stage => Assert.InRange(stage.Span.EndTimeUnixNano, stage.Span.StartTimeUnixNano, put.Span.EndTimeUnixNano + 50_000_000));
        Assert.Equal(["read", "read_index"], collector.Spans.Where(span => span.ParentId == range.Id && span.Name != "apply").Select(span => span.Name).Order());
    }

    [Fact]
    public async Task Calls_GatheredIntoAStream_KeepTheirOwnParents()
    {
        const int callers = 50;
        using var source = new ActivitySource("app");
        using ActivityListener listener = ListenToClients(source, []);
        await using TraceCollector collector = await TraceCollector.StartAsync();
        var parents = new ConcurrentDictionary<string, byte>();
        await using (ProcessCluster cluster = ProcessCluster.OfMetaStore(1, To(collector.Address)))
        {
            await cluster.StartAsync();
            using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(cluster.Nodes[0].Endpoint) with { CommandTimeout = Limit });
            await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
            {
                using Activity app = source.StartActivity("work")!;
                parents.TryAdd($"{app.TraceId}", 0);
                await client.Kv.PutAsync($"gathered/{caller}", "1");
            }));
            await cluster.Nodes[0].Process!.TerminateAsync();
        }

        CollectedSpan[] puts = [.. collector.Spans.Where(span => span.Name == "etcdserverpb.KV/Put")];
        Assert.Equal(parents.Keys.Order(), puts.Select(span => span.TraceId).Order());

        // The stream is opened within one of the calls and is no part of any.
        Assert.DoesNotContain(collector.Spans, span => span.Name == "metastore.v1.Operations/Run");
    }

    [Fact]
    public async Task Gateway_ReadsTheHeaderToo_AndTheRateSamplesCallsWithoutOne()
    {
        await using TraceCollector collector = await TraceCollector.StartAsync();
        await using (ProcessCluster cluster = ProcessCluster.OfMetaStore(1, [.. To(collector.Address), "--distributed-tracing-sampling-rate=1000000", "--distributed-tracing-service-name=kv"]))
        {
            await cluster.StartAsync();
            using var http = new HttpClient { BaseAddress = cluster.Nodes[0].ClientUrl };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v3/kv/put") { Content = new StringContent("{\"key\":\"a2V5\",\"value\":\"dg==\"}", Encoding.UTF8, "application/json") };
            request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await http.PostAsync("/v3/kv/range", new StringContent("{\"key\":\"a2V5\"}"))).StatusCode);
            await cluster.Nodes[0].Process!.TerminateAsync();
        }

        CollectedSpan put = Assert.Single(collector.Spans, span => span.Name == "etcdserverpb.KV/Put");
        Assert.Equal(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "kv"), (put.TraceId, put.ParentId, put.OfResource("service.name")));
        CollectedSpan range = Assert.Single(collector.Spans, span => span.Name == "etcdserverpb.KV/Range");
        Assert.Equal("", range.ParentId);
    }

    [Fact]
    public async Task CollectorThatIsNotThere_CostsOneLine_AndCallsAreServed()
    {
        await using ProcessCluster cluster = ProcessCluster.OfMetaStore(1, [.. To($"127.0.0.1:{FreePorts.Take(1)[0]}"), "--distributed-tracing-sampling-rate=1000000"]);
        await cluster.StartAsync();
        ServerProcess member = cluster.Nodes[0].Process!;
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(cluster.Nodes[0].Endpoint) with { CommandTimeout = Limit });
        await client.Kv.PutAsync("k", "1");
        await Eventually.TrueAsync(() => LinesOf(member) == 1, Limit, () => member.Output);
        await client.Kv.PutAsync("k", "2");
        Assert.Equal("2", (await client.Kv.GetAsync("k"))!.Value.ToStringUtf8());
        await member.TerminateAsync();
        Assert.Equal((0, 1), (member.ExitCode, LinesOf(member)));
    }

    [Fact]
    public async Task CollectorThatDoesNotAnswer_HoldsTheEndUpForABoundedTime()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using ProcessCluster cluster = ProcessCluster.OfMetaStore(1, [.. To($"{silent.LocalEndpoint}"), "--distributed-tracing-sampling-rate=1000000"]);
        await cluster.StartAsync();
        using var client = new MetaStoreClient(MetaStoreClientOptions.Parse(cluster.Nodes[0].Endpoint) with { CommandTimeout = Limit });
        await client.Kv.PutAsync("k", "1");
        ServerProcess member = cluster.Nodes[0].Process!;
        var clock = Stopwatch.StartNew();
        await member.TerminateAsync();
        Assert.Equal(0, member.ExitCode);

        // A try takes 10 s; the member does not wait for its end. The rest is for a busy machine.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(9), $"{clock.Elapsed}\n{member.Output}");
    }

    private static string[] To(string address) => ["--enable-distributed-tracing", $"--distributed-tracing-address={address}"];

    private static int LinesOf(ServerProcess member) => member.Output.Split('\n').Count(line => line.Contains("Traces cannot be sent", StringComparison.Ordinal));

    private static ActivityListener ListenToClients(ActivitySource source, ConcurrentQueue<Activity> seen)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = from => ReferenceEquals(from, source) || from.Name is "System.Net.Http" or "Grpc.Net.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Source.Name == source.Name || options.Parent.TraceFlags == ActivityTraceFlags.Recorded ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
