using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Observability.Traces;
using MetaStore.Server.Services;
using MetaStore.Server.Tests.Calls.Echoing;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Traces;

/// <summary>Which calls get a span, what is in it, and what a call without one costs.</summary>
public sealed class CallTracesTests
{
    private const string Caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

    private static readonly ServiceMethod Method = new ServiceBinder().AddHealth(new HealthService(CancellationToken.None)).Build().Methods[0];

    [Theory]
    [InlineData(0, null, 0)]
    [InlineData(0, "-00", 0)]
    [InlineData(0, "-01", 1000)]
    [InlineData(CallTraces.All, null, 1000)]
    [InlineData(CallTraces.All, "-00", 0)]
    [InlineData(CallTraces.All, "-01", 1000)]
    [InlineData(500_000, null, 500)]
    public void Rate_AppliesToCallsWhoseCallerSaysNothing(int rate, string? flags, int expected)
    {
        using var traces = new CallTraces(rate);
        using ActivityListener listener = Listen(traces, _ => { });
        ServerCall call = CallOf(flags);
        int started = 0;
        for (int i = 0; i < 1000; i++)
        {
            using Activity? span = traces.Start(Method, call);
            started += span is null ? 0 : 1;
        }

        // Ten standard deviations.
        Assert.InRange(started, expected == 500 ? 340 : expected, expected == 500 ? 660 : expected);
    }

    [Theory]
    [InlineData(false, CallTraces.All, null)]
    [InlineData(false, CallTraces.All, "-01")]
    [InlineData(true, 0, null)]
    [InlineData(true, 0, "-00")]
    [InlineData(true, CallTraces.All, "-00")]
    [InlineData(true, 1, null)]
    public void CallThatIsNotSampled_AllocatesNothing(bool isOn, int rate, string? flags)
    {
        using var traces = new CallTraces(rate);
        using ActivityListener? listener = isOn ? Listen(traces, _ => { }) : null;
        ServerCall call = CallOf(flags);
        int spans = Run(traces, call, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        spans += Run(traces, call, 10_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // At a rate of one in a million, one of these rounds may have a span.
        Assert.True(allocated == 0 || (rate == 1 && spans > 0), $"{allocated} bytes");
        Assert.InRange(spans, 0, rate == 1 ? 10 : 0);

        static int Run(CallTraces traces, ServerCall call, int calls)
        {
            int spans = 0;
            for (int i = 0; i < calls; i++)
            {
                call.BeginSpan(traces.Start(Method, call));
                spans += call.Span is null ? 0 : 1;
                spans += call.WantsStages(TimeSpan.Zero, TimeSpan.MaxValue) == call.Span is null ? 1_000_000 : 0;
                call.EndSpan(StatusCode.OK);
            }

            return spans;
        }
    }

    [Fact]
    public async Task Span_OfACall_HasGrpcsAttributes_AndItsCallerAsParent()
    {
        using var traces = new CallTraces(0);
        var ended = new ConcurrentQueue<Activity>();
        using ActivityListener listener = Listen(traces, ended.Enqueue);
        var server = new EchoServer(new ListenerOptions { Traces = traces });
        await server.InitializeAsync();
        using (GrpcChannel channel = GrpcChannel.ForAddress(server.Address))
        {
            var client = new Echo.EchoClient(channel);
            var sampled = new Metadata { { "traceparent", Caller + "-01" }, { "tracestate", "vendor=1" } };
            await client.UnaryAsync(new EchoRequest(), new Metadata { { "traceparent", Caller + "-00" } });
            await client.UnaryAsync(new EchoRequest(), sampled);
            foreach (StatusCode code in (StatusCode[])[StatusCode.NotFound, StatusCode.Internal])
            {
                await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest { Code = (int)code }, sampled).ResponseAsync);
            }

            using AsyncServerStreamingCall<EchoReply> stream = client.ServerStream(new EchoRequest { Repeat = 3 }, sampled);
            await foreach (EchoReply _ in stream.ResponseStream.ReadAllAsync())
            {
            }
        }

        await Eventually.TrueAsync(() => ended.Count == 4, TimeSpan.FromSeconds(30), () => $"{ended.Count} spans");
        await server.DisposeAsync();
        Assert.All(ended, span =>
        {
            Assert.Equal((ActivityKind.Server, "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "vendor=1"), (span.Kind, $"{span.TraceId}", $"{span.ParentSpanId}", span.TraceStateString));
            Assert.Equal(("grpc", "metastore.test.Echo", "127.0.0.1"), (span.GetTagItem("rpc.system"), span.GetTagItem("rpc.service"), span.GetTagItem("network.peer.address")));
            Assert.InRange((int)span.GetTagItem("network.peer.port")!, 1, 65_535);
        });
        Assert.Equal(
            [("metastore.test.Echo/Unary", 0, false), ("metastore.test.Echo/Unary", 5, false), ("metastore.test.Echo/Unary", 13, true), ("metastore.test.Echo/ServerStream", 0, false)],
            ended.Select(span => (span.DisplayName, (int)span.GetTagItem("rpc.grpc.status_code")!, span.Status == ActivityStatusCode.Error)));
    }

    private static ServerCall CallOf(string? flags) =>
        new LocalCallContext(Method.Path, flags is null ? null : new Metadata { { "traceparent", Caller + flags } }, "127.0.0.1:4711").Call;

    private static ActivityListener Listen(CallTraces traces, Action<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, traces.Source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
