using MetaStore.Grpc;
using MetaStore.Grpc.Server;

namespace MetaStore.Server.Observability;

/// <summary>Counts calls per method and status code. Arrays only: a call costs four increments.</summary>
internal sealed class GrpcCallMetrics(ServiceTable services) : IGrpcServerObserver
{
    /// <summary>Codes are 0 to 16.</summary>
    public const int CodeCount = 17;

    private readonly long[] _started = new long[services.Methods.Count];
    private readonly long[] _received = new long[services.Methods.Count];
    private readonly long[] _sent = new long[services.Methods.Count];
    private readonly long[] _handled = new long[services.Methods.Count * CodeCount];
    private long _receivedBytes;
    private long _sentBytes;

    /// <summary>The methods, at their indexes.</summary>
    public IReadOnlyList<ServiceMethod> Methods => services.Methods;

    /// <summary>Bytes of all request messages.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Bytes of all response messages.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    public long Started(int method) => Volatile.Read(ref _started[method]);

    public long Received(int method) => Volatile.Read(ref _received[method]);

    public long Sent(int method) => Volatile.Read(ref _sent[method]);

    public long Handled(int method, StatusCode code) => Volatile.Read(ref _handled[(method * CodeCount) + (int)code]);

    /// <inheritdoc/>
    public void OnCallStarted(ServiceMethod method) => Interlocked.Increment(ref _started[method.Index]);

    /// <inheritdoc/>
    public void OnMessageReceived(ServiceMethod method, int bytes)
    {
        Interlocked.Increment(ref _received[method.Index]);
        Interlocked.Add(ref _receivedBytes, bytes);
    }

    /// <inheritdoc/>
    public void OnMessageSent(ServiceMethod method, int bytes)
    {
        Interlocked.Increment(ref _sent[method.Index]);
        Interlocked.Add(ref _sentBytes, bytes);
    }

    /// <inheritdoc/>
    public void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed) =>
        Interlocked.Increment(ref _handled[(method.Index * CodeCount) + (int)code]);
}
