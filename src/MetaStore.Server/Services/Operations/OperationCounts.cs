using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Observability.Traces;
using Kind = MetaStore.Protocol.V1.KvOperation.OperationOneofCase;

namespace MetaStore.Server.Services.Operations;

/// <summary>Counts and traces operations, and logs slow ones, as calls of the same method: a dashboard shows the same for both.</summary>
/// <param name="services">Has the methods of etcdserverpb.KV.</param>
/// <param name="observer">Observes calls.</param>
/// <param name="traces">Traces calls.</param>
internal sealed class OperationCounts(ServiceTable services, ICallObserver observer, CallTraces traces)
{
    private readonly ServiceMethod _put = MethodOf(services, Kind.Put);
    private readonly ServiceMethod _range = MethodOf(services, Kind.Range);
    private readonly ServiceMethod _deleteRange = MethodOf(services, Kind.DeleteRange);
    private readonly ServiceMethod _txn = MethodOf(services, Kind.Txn);

    /// <summary>An operation of a known kind has arrived.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="call">The call that it is.</param>
    /// <param name="traceParent">The caller's span in the form of the header; empty for none.</param>
    public void OnStarted(Kind kind, ServerCall call, string traceParent)
    {
        ServiceMethod method = MethodOf(kind);
        observer.OnCallStarted(method);
        call.BeginSpan(traces.Start(method, call, traceParent, traceState: null));
    }

    /// <summary>It has ended; the response is null when it failed.</summary>
    public void OnEnded(Kind kind, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
        ServiceMethod method = MethodOf(kind);
        observer.OnUnaryHandled(method, call, request, response, status, elapsed);
        observer.OnCallEnded(method, status.StatusCode, elapsed);
        call.EndSpan(status.StatusCode);
    }

    private static ServiceMethod MethodOf(ServiceTable services, Kind kind) =>
        services.Find(OperationRunner.PathOf(kind)) ?? throw new ArgumentException($"etcdserverpb.KV has no {kind}", nameof(services));

    private ServiceMethod MethodOf(Kind kind) => kind switch
    {
        Kind.Put => _put,
        Kind.Range => _range,
        Kind.DeleteRange => _deleteRange,
        _ => _txn,
    };
}
