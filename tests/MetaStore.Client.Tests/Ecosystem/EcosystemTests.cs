using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using MetaStore.Client.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace MetaStore.Client.Tests.Ecosystem;

/// <summary>Extensions of Grpc.Net.Client work with the client: interceptors, credentials, handlers, logs, traces. On a real member.</summary>
[Collection(nameof(OneAtATime))]
public sealed class EcosystemTests(SingleNode node)
{
    private readonly MetaStoreClientOptions _options = MetaStoreClientOptions.Parse(node.Endpoint) with { CommandTimeout = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task Interceptors_SeeEveryCall_TheFirstOneOutermost()
    {
        var seen = new ConcurrentQueue<string>();
        using var recorder = new HeaderRecorder("x-passed");
        using var client = new MetaStoreClient(_options with
        {
            Interceptors = [new CountingInterceptor("outer", seen), new CountingInterceptor("inner", seen)],
            HttpHandler = recorder,
        });

        await client.Kv.PutAsync("intercepted", "1");
        await client.Lease.KeepAliveOnceAsync(1);
        await foreach (var _ in client.Maintenance.SnapshotAsync())
        {
        }

        string[] methods = ["/etcdserverpb.KV/Put", "/etcdserverpb.Lease/LeaseKeepAlive", "/etcdserverpb.Maintenance/Snapshot"];
        Assert.Equal(methods.SelectMany(method => new[] { $"outer {method}", $"inner {method}" }), seen);
        Assert.Equal("outer, inner", recorder.Values.First()?.Replace(",", ", ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CallCredentials_AreSentWithoutTls_OnlyWhenAllowed()
    {
        using var log = new LogLines();
        using var recorder = new HeaderRecorder("authorization");
        var options = _options with
        {
            CallCredentials = CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("authorization", "Bearer abc");
                return Task.CompletedTask;
            }),
            HttpHandler = recorder,
            LoggerFactory = log,
        };
        using (var careful = new MetaStoreClient(options))
        {
            await careful.Kv.GetAsync("k");
        }

        using var bold = new MetaStoreClient(options with { UnsafeUseInsecureChannelCallCredentials = true });
        await bold.Kv.GetAsync("k");
        await bold.Lease.KeepAliveOnceAsync(1);

        Assert.Equal([null, "Bearer abc", "Bearer abc"], recorder.Values);
        Assert.Contains(log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("CallCredentials were not used", StringComparison.Ordinal));
    }

    [Fact]
    public void ChannelCredentials_ThatDoNotFitTheAddress_AreRefused() => Assert.Contains(
        "ChannelCredentials: http://",
        Assert.Throws<ArgumentException>(() => new MetaStoreClient(_options with { ChannelCredentials = ChannelCredentials.SecureSsl })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void OwnHandler_WithASocket_IsRefused()
    {
        using var handler = new HeaderRecorder("x");
        var options = MetaStoreClientOptions.Parse("unix:///run/x.sock") with { HttpHandler = handler };
        Assert.Contains("HttpHandler", Assert.Throws<ArgumentException>(() => new MetaStoreClient(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientFromServices_LogsToTheirLog()
    {
        using var log = new LogLines();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(log);
        services.AddMetaStoreClient(options => options.Endpoints = _options.Endpoints);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<MetaStoreClient>().Kv.GetAsync("k");

        Assert.Contains(log.Lines, line => line.Contains("gRPC call", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OpenTelemetry_SeesCallsAndTheirEnd()
    {
        var spans = new ConcurrentQueue<Activity>();
        using (Sdk.CreateTracerProviderBuilder().AddGrpcClientInstrumentation().AddProcessor(new Collector(spans)).Build())
        {
            using var client = new MetaStoreClient(_options);
            await client.Kv.PutAsync("traced", "1");
            await Assert.ThrowsAsync<RpcException>(() => client.Kv.PutAsync("", "1"));
        }

        // Tests of other classes make calls to other servers at the same time.
        var puts = spans.Where(span => span.DisplayName == "etcdserverpb.KV/Put" && $"{span.GetTagItem("server.address")}:{span.GetTagItem("server.port")}" == node.Endpoint).ToArray();
        Assert.True(puts.Length == 2, string.Join('\n', spans.Select(span => $"{span.Source.Name} {span.OperationName} {span.DisplayName} {span.Status} {string.Join(',', span.TagObjects)}")));
        Assert.All(puts, span => Assert.Equal(ActivityKind.Client, span.Kind));
        Assert.Equal([false, true], puts.Select(span => span.Status == ActivityStatusCode.Error));
    }

    private sealed class Collector(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }
}
