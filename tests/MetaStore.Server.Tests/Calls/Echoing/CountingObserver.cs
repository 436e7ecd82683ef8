using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Tests.Calls.Echoing;

internal sealed class CountingObserver : ICallObserver
{
    private int _started;
    private int _received;
    private int _sent;

    public int Started => Volatile.Read(ref _started);

    public int Received => Volatile.Read(ref _received);

    public int Sent => Volatile.Read(ref _sent);

    public ConcurrentQueue<(string Path, StatusCode Code)> Ended { get; } = [];

    public void OnCallStarted(ServiceMethod method) => Interlocked.Increment(ref _started);

    public void OnMessageReceived(ServiceMethod method, int bytes) => Interlocked.Increment(ref _received);

    public void OnMessageSent(ServiceMethod method, int bytes) => Interlocked.Increment(ref _sent);

    /// <summary>Unary calls whose method has ended.</summary>
    public ConcurrentQueue<(StatusCode Code, bool HasAnswer)> Handled { get; } = [];

    public void OnUnaryHandled(ServiceMethod method, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed) =>
        Handled.Enqueue((status.StatusCode, response is not null));

    public void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed) => Ended.Enqueue((method.Path, code));
}
