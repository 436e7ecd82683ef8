using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;

namespace MetaStore.Server.Auth.Audit;

/// <summary>Shows ended calls to the audit log, and everything to another observer.</summary>
internal sealed class AuditObserver(ICallObserver next, AuditLog audit) : ICallObserver
{
    /// <inheritdoc/>
    public void OnCallStarted(ServiceMethod method) => next.OnCallStarted(method);

    /// <inheritdoc/>
    public void OnMessageReceived(ServiceMethod method, int bytes) => next.OnMessageReceived(method, bytes);

    /// <inheritdoc/>
    public void OnMessageSent(ServiceMethod method, int bytes) => next.OnMessageSent(method, bytes);

    /// <inheritdoc/>
    public void OnUnaryHandled(ServiceMethod method, ServerCall call, IMessage request, IMessage? response, Status status, TimeSpan elapsed)
    {
        audit.OnEnded(call, request, status);
        next.OnUnaryHandled(method, call, request, response, status, elapsed);
    }

    /// <inheritdoc/>
    public bool LooksAtResponse(TimeSpan elapsed) => next.LooksAtResponse(elapsed);

    /// <inheritdoc/>
    public void OnHandled(ServiceMethod method, ServerCall call, Status status)
    {
        audit.OnEnded(call, null, status);
        next.OnHandled(method, call, status);
    }

    /// <inheritdoc/>
    public void OnCallEnded(ServiceMethod method, StatusCode code, TimeSpan elapsed) => next.OnCallEnded(method, code, elapsed);
}
