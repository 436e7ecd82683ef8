using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Instruments;
using MetaStore.Server.Services.Slow;

namespace MetaStore.Server.Observability.Metrics;

/// <summary>Counts calls per method and status code. A call costs four increments, and two more with <c>--metrics extensive</c>.</summary>
/// <param name="services">The methods.</param>
/// <param name="slow">Logs slow unary calls.</param>
/// <param name="extensive">True keeps durations per method.</param>
internal sealed class GrpcCallMetrics(ServiceTable services, SlowRequests slow, bool extensive) : ICallObserver
{
    /// <summary>Codes are 0 to 16.</summary>
    public const int CodeCount = 17;

    /// <summary>Default bounds of Go's Prometheus library, in seconds, which go-grpc-prometheus uses.</summary>
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    // Of each method: started, received, sent, and one for each code.
    private const int StartedOf = 0;
    private const int ReceivedOf = 1;
    private const int SentOf = 2;
    private const int HandledOf = 3;
    private const int PerMethod = HandledOf + CodeCount;

    private readonly StripedCounts _counts = new((services.Methods.Count * PerMethod) + 2);
    private readonly Histogram[]? _handling =
        extensive ? [.. services.Methods.Select(_ => new Histogram(DefaultBounds, TimeSpan.FromSeconds(1)))] : null;

    private int ReceivedBytesAt => services.Methods.Count * PerMethod;

    private int SentBytesAt => ReceivedBytesAt + 1;

    /// <summary>The methods, by index.</summary>
    public IReadOnlyList<ServiceMethod> Methods => services.Methods;

    /// <summary>Bytes of all request messages.</summary>
    public long ReceivedBytes => _counts[ReceivedBytesAt];

    /// <summary>Bytes of all response messages.</summary>
    public long SentBytes => _counts[SentBytesAt];

    public long Started(int method) => _counts[At(method, StartedOf)];

    public long Received(int method) => _counts[At(method, ReceivedOf)];

    public long Sent(int method) => _counts[At(method, SentOf)];

    public long Handled(int method, StatusCode code) => _counts[At(method, HandledOf + (int)code)];

    /// <summary>Whether durations are kept per method.</summary>
    public bool IsExtensive => _handling is not null;

    /// <summary>Streams that ended because of the client's input.</summary>
    public LabelledCounts StreamFailures { get; } = new("etcd_network_server_stream_failures_total", "Streams that failed because of the client's input.");

    /// <summary>Durations of a method's calls; null when they are not kept.</summary>
    public Histogram? Handling(int method) => _handling?[method];

    /// <inheritdoc/>
    public void OnCallStarted(ServiceMethod method) => _counts.Add(At(method.Index, StartedOf));

    /// <inheritdoc/>
    public void OnMessageReceived(ServiceMethod method, int bytes)
    {
        _counts.Add(At(method.Index, ReceivedOf));
        _counts.Add(ReceivedBytesAt, bytes);
    }

    /// <inheritdoc/>
    public void OnMessageSent(ServiceMethod method, int bytes)
    {
        _counts.Add(At(method.Index, SentOf));
        _counts.Add(SentBytesAt, bytes);
    }

    /// <inheritdoc/>
    public void OnUnaryHandled(ServiceMethod method, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed) =>
        slow.Look(call, request, response, status, elapsed);

    /// <inheritdoc/>
    public bool LooksAtResponse(TimeSpan elapsed) => slow.IsLogged(elapsed);

    /// <inheritdoc/>
    public void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed)
    {
        _counts.Add(At(method.Index, HandledOf + (int)code));
        _handling?[method.Index].Add(elapsed);
        if (method.Kind == MethodType.DuplexStreaming && method.Name is "Watch" or "LeaseKeepAlive"
            && code is StatusCode.Internal or StatusCode.InvalidArgument or StatusCode.ResourceExhausted or StatusCode.Unknown)
        {
            StreamFailures.Add("Type=\"receive\"", "API", method.Name == "Watch" ? "watch" : "lease-keepalive");
        }
    }

    private static int At(int method, int counter) => (method * PerMethod) + counter;
}
