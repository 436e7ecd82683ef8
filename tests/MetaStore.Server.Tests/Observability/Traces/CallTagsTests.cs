using System.Diagnostics;
using Grpc.Core;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Stages;
using MetaStore.Server.Observability.Traces;
using MetaStore.Server.Services;

namespace MetaStore.Server.Tests.Observability.Traces;

/// <summary>Attributes and status of spans, and the spans of the stages below them.</summary>
public sealed class CallTagsTests : IDisposable
{
    private static readonly ServiceMethod Method = new ServiceBinder().AddHealth(new HealthService(CancellationToken.None)).Build().Methods[0];

    private readonly ActivitySource _source = new("MetaStore.CallTagsTests");
    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public CallTagsTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    [Theory]
    [InlineData("10.0.0.7:4711", "10.0.0.7", 4711)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("unknown", null, null)]
    [InlineData("dashboard", null, null)]
    [InlineData(":80", null, null)]
    [InlineData("host:", null, null)]
    [InlineData("host:-1", null, null)]
    [InlineData("host:x", null, null)]
    public void Set_PeerWithAPort_IsSplit_OthersAreNoAddress(string peer, string? address, int? port)
    {
        using Activity span = _source.StartActivity("call")!;
        CallTags.Set(span, Method, peer);
        Assert.Equal(("grpc", Method.ServiceName, Method.Name), (span.GetTagItem("rpc.system"), span.GetTagItem("rpc.service"), span.GetTagItem("rpc.method")));
        Assert.Equal((address, port), (span.GetTagItem("network.peer.address"), (int?)span.GetTagItem("network.peer.port")));
    }

    [Theory]
    [InlineData(StatusCode.OK, false)]
    [InlineData(StatusCode.NotFound, false)]
    [InlineData(StatusCode.Cancelled, false)]
    [InlineData(StatusCode.ResourceExhausted, false)]
    [InlineData(StatusCode.Unknown, true)]
    [InlineData(StatusCode.DeadlineExceeded, true)]
    [InlineData(StatusCode.Unimplemented, true)]
    [InlineData(StatusCode.Internal, true)]
    [InlineData(StatusCode.Unavailable, true)]
    [InlineData(StatusCode.DataLoss, true)]
    public void End_HasTheCode_AndIsAnErrorOnlyWhenTheServerIsToBlame(StatusCode code, bool isError)
    {
        CallTags.End(_source.StartActivity("call")!, code);
        Activity span = Assert.Single(_ended);
        Assert.Equal((int)code, span.GetTagItem("rpc.grpc.status_code"));
        Assert.Equal(isError ? (ActivityStatusCode.Error, code.ToString()) : (ActivityStatusCode.Unset, null), (span.Status, span.StatusDescription));
    }

    [Fact]
    public void StageSpans_AreChildren_OneAfterTheOther_UpToTheEnd_WithoutEmptyOnes()
    {
        DateTimeOffset end = new(2026, 1, 1, 0, 0, 10, TimeSpan.Zero);
        using Activity call = _source.StartActivity("call")!;
        StageSpans.Add(call, new RequestStages([("queue", TimeSpan.FromSeconds(1)), ("batch", TimeSpan.Zero), ("wal", TimeSpan.FromSeconds(3))]), end);
        Assert.Equal(
            [("queue", 6.0, 1.0), ("wal", 7.0, 3.0)],
            _ended.Select(span => (span.DisplayName, (span.StartTimeUtc - new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalSeconds, span.Duration.TotalSeconds)));
        Assert.All(_ended, span => Assert.Equal((call.SpanId, call.TraceId), (span.ParentSpanId, span.TraceId)));
    }
}
