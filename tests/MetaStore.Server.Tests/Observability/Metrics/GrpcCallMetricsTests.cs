using Grpc.Core;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Metrics;
using MetaStore.Server.Services.Slow;
using MetaStore.Server.Tests.Nodes;
using MetaStore.Testing;

namespace MetaStore.Server.Tests.Observability.Metrics;

/// <summary>Counts of calls by method and code, and which ends of streams count as failures of the client's input.</summary>
public sealed class GrpcCallMetricsTests : KV.KVBase
{
    private readonly ServiceTable _services;
    private readonly GrpcCallMetrics _metrics;

    public GrpcCallMetricsTests()
    {
        _services = new ServiceBinder().Add(KV.Descriptor, binder => KV.BindService(binder, this))
            .Add(Protocol.Etcd.Watch.Descriptor, binder => Protocol.Etcd.Watch.BindService(binder, new Watches()))
            .Add(Lease.Descriptor, binder => Lease.BindService(binder, new KeepAlives())).Build();
        _metrics = Create(isExtensive: false);
    }

    public override Task<RangeResponse> Range(RangeRequest request, ServerCallContext context) => Task.FromResult(new RangeResponse());

    [Fact]
    public void Messages_AreCountedByMethod_AndTheirBytesTogether()
    {
        ServiceMethod range = Method("KV/Range"), watch = Method("Watch/Watch");
        _metrics.OnMessageReceived(range, 10);
        _metrics.OnMessageReceived(watch, 5);
        _metrics.OnMessageReceived(watch, 0);
        _metrics.OnMessageSent(watch, 7);
        Assert.Equal((1L, 2L, 0L, 1L), (_metrics.Received(range.Index), _metrics.Received(watch.Index), _metrics.Sent(range.Index), _metrics.Sent(watch.Index)));
        Assert.Equal((15L, 7L), (_metrics.ReceivedBytes, _metrics.SentBytes));
    }

    [Theory]
    [InlineData(StatusCode.OK)]
    [InlineData(StatusCode.Cancelled)]
    [InlineData(StatusCode.Unauthenticated)]
    public void Ends_AreCountedUnderTheirCode_OfTheirMethod(StatusCode code)
    {
        ServiceMethod range = Method("KV/Range");
        _metrics.OnCallStarted(range);
        _metrics.OnCallEnded(range, code, TimeSpan.Zero);
        foreach (ServiceMethod method in _services.Methods)
        {
            for (StatusCode other = 0; (int)other < GrpcCallMetrics.CodeCount; other++)
            {
                Assert.Equal(method == range && other == code ? 1 : 0, _metrics.Handled(method.Index, other));
            }

            Assert.Equal(method == range ? 1 : 0, _metrics.Started(method.Index));
        }
    }

    [Theory]
    [InlineData("Watch/Watch", StatusCode.InvalidArgument, "watch")]
    [InlineData("Watch/Watch", StatusCode.Unknown, "watch")]
    [InlineData("Watch/Watch", StatusCode.Internal, "watch")]
    [InlineData("Watch/Watch", StatusCode.ResourceExhausted, "watch")]
    [InlineData("Lease/LeaseKeepAlive", StatusCode.Unknown, "lease-keepalive")]
    [InlineData("Watch/Watch", StatusCode.OK, null)]
    [InlineData("Watch/Watch", StatusCode.Cancelled, null)]
    [InlineData("Watch/Watch", StatusCode.Unavailable, null)]
    [InlineData("KV/Range", StatusCode.InvalidArgument, null)]
    public void StreamFailures_AreEndsByTheClientsInput(string path, StatusCode code, string? api)
    {
        _metrics.OnCallEnded(Method(path), code, TimeSpan.Zero);
        Assert.Equal(
            api is null ? [] : [$"etcd_network_server_stream_failures_total{{Type=\"receive\",API=\"{api}\"}} 1"],
            ShownMetrics.Of(_metrics.StreamFailures.Write));
    }

    [Fact]
    public void Durations_AreKeptOnlyWhenAskedFor()
    {
        ServiceMethod range = Method("KV/Range");
        Assert.False(_metrics.IsExtensive);
        Assert.Null(_metrics.Handling(range.Index));
        GrpcCallMetrics extensive = Create(isExtensive: true);
        extensive.OnCallEnded(range, StatusCode.OK, TimeSpan.FromMilliseconds(5));
        extensive.OnCallEnded(range, StatusCode.Internal, TimeSpan.FromSeconds(11));
        Assert.Equal((2L, 1L, 1L), (extensive.Handling(range.Index)!.Count, extensive.Handling(range.Index)!.CountOf(0), extensive.Handling(range.Index)!.CountOf(11)));
        Assert.Equal([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], extensive.Handling(range.Index)!.Bounds);
    }

    private GrpcCallMetrics Create(bool isExtensive) => new(_services, new SlowRequests(new ListLogger(), TimeSpan.FromSeconds(1), new FakeTimeProvider()), isExtensive);

    private ServiceMethod Method(string path) => _services.Find("/etcdserverpb." + path)!;

    private sealed class Watches : Protocol.Etcd.Watch.WatchBase
    {
        public override Task Watch(IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) => Task.CompletedTask;
    }

    private sealed class KeepAlives : Lease.LeaseBase
    {
        public override Task LeaseKeepAlive(IAsyncStreamReader<LeaseKeepAliveRequest> requestStream, IServerStreamWriter<LeaseKeepAliveResponse> responseStream, ServerCallContext context) =>
            Task.CompletedTask;
    }
}
