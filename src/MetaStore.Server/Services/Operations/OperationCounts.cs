using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Services.Operations;

/// <summary>Counts operations, and logs slow ones, as calls of the same method: a dashboard shows the same for both.</summary>
/// <param name="services">Has the methods of etcdserverpb.KV.</param>
/// <param name="observer">Observes calls.</param>
internal sealed class OperationCounts(ServiceTable services, ICallObserver observer)
{
    private readonly Dictionary<string, ServiceMethod> _methods = services.Methods.ToDictionary(method => method.Path, StringComparer.Ordinal);

    /// <summary>An operation has arrived.</summary>
    /// <param name="path">Its method.</param>
    public void OnStarted(string path) => observer.OnCallStarted(_methods[path]);

    /// <summary>It has ended; the response is null when it failed.</summary>
    public void OnEnded(ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
        ServiceMethod method = _methods[call.Method];
        observer.OnUnaryHandled(method, call, request, response, status, elapsed);
        observer.OnCallEnded(method, status.StatusCode, elapsed);
    }
}
