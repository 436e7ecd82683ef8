using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Traces;

namespace MetaStore.Server.Services.Operations;

/// <summary>Counts and traces operations, and logs slow ones, as calls of the same method: a dashboard shows the same for both.</summary>
/// <param name="services">Has the methods of etcdserverpb.KV.</param>
/// <param name="observer">Observes calls.</param>
/// <param name="traces">Traces calls.</param>
internal sealed class OperationCounts(ServiceTable services, ICallObserver observer, CallTraces traces)
{
    private readonly Dictionary<string, ServiceMethod> _methods = services.Methods.ToDictionary(method => method.Path, StringComparer.Ordinal);

    /// <summary>An operation has arrived.</summary>
    /// <param name="call">The call that it is.</param>
    /// <param name="traceParent">The caller's span in the form of the header; empty for none.</param>
    public void OnStarted(ServerCall call, string traceParent)
    {
        ServiceMethod method = _methods[call.Method];
        observer.OnCallStarted(method);
        call.BeginSpan(traces.Start(method, call, traceParent, traceState: null));
    }

    /// <summary>It has ended; the response is null when it failed.</summary>
    public void OnEnded(ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
        ServiceMethod method = _methods[call.Method];
        observer.OnUnaryHandled(method, call, request, response, status, elapsed);
        observer.OnCallEnded(method, status.StatusCode, elapsed);
        call.EndSpan(status.StatusCode);
    }
}
