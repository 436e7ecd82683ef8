using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Auth.Audit;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Gateway;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard;

/// <summary>Calls this member's own services for the dashboard, through the same gate as client calls.</summary>
/// <param name="services">The services.</param>
/// <param name="gate">Judges calls of others than the member.</param>
/// <param name="audit">Shows the calls of others; null for none.</param>
internal sealed class OwnServices(ServiceTable services, ICallGate gate, AuditLog? audit)
{
    /// <summary>Caller of the requests that the member makes for its own view of the cluster.</summary>
    public static Caller Member { get; } = new([], "dashboard");

    /// <summary>Calls a unary method.</summary>
    /// <param name="path">Path of the gRPC method.</param>
    /// <param name="request">The request.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="use">Reads what is needed from the response, which is not valid afterwards.</param>
    /// <param name="stop">Cancels the call.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<TResult> CallAsync<TResponse, TResult>(string path, IMessage request, Caller caller, Func<TResponse, TResult> use, CancellationToken stop)
    {
        var context = new LocalCallContext(path, caller.Headers, caller.Peer, cancellationToken: stop);
        try
        {
            ServiceMethod method = await PassedAsync(path, context, caller);
            IMessage? response = await InvokeAsync(method, request, context, caller);
            return use((TResponse)response!);
        }
        finally
        {
            context.Call.ReleaseHold();
        }
    }

    /// <summary>Calls a duplex streaming method; returns when the stream has ended.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task StreamAsync(
        string path, IAsyncStreamReader<IMessage> requests, IServerStreamWriter<IMessage> responses, Caller caller, CancellationToken stop)
    {
        var context = new LocalCallContext(path, caller.Headers, caller.Peer, cancellationToken: stop);
        try
        {
            ServiceMethod method = await PassedAsync(path, context, caller);
            await method.InvokeAsync(null, requests, responses, context);
        }
        finally
        {
            context.Call.ReleaseHold();
        }
    }

    /// <summary>Ends a request whose caller could not call a method.</summary>
    /// <exception cref="RpcException">It could not.</exception>
    public async Task RequireAsync(string path, Caller caller, CancellationToken stop) =>
        await PassedAsync(path, new LocalCallContext(path, caller.Headers, caller.Peer, cancellationToken: stop), caller);

    private async Task<IMessage?> InvokeAsync(ServiceMethod method, IMessage request, LocalCallContext context, Caller caller)
    {
        Status status = CallStatuses.MethodFailed;
        try
        {
            IMessage? response = await method.InvokeAsync(request, null, null, context);
            status = Status.DefaultSuccess;
            return response;
        }
        catch (Exception failed) when (failed is RpcException or OperationCanceledException)
        {
            status = context.Call.StatusOf(failed);
            throw;
        }
        finally
        {
            Show(context, request, status, caller);
        }
    }

    private void Show(LocalCallContext context, IMessage? request, Status status, Caller caller)
    {
        if (!ReferenceEquals(caller, Member))
        {
            audit?.OnEnded(context.Call, request, status);
        }
    }

    private async ValueTask<ServiceMethod> PassedAsync(string path, LocalCallContext context, Caller caller)
    {
        ServiceMethod method = services.Find(path) ?? throw new InvalidOperationException($"{path} is not bound");
        Status refused = gate.Check(method, context.Call);
        if (refused.StatusCode == StatusCode.OK && !ReferenceEquals(caller, Member))
        {
            refused = await gate.JudgeAsync(method, context.Call);
        }

        if (refused.StatusCode == StatusCode.OK)
        {
            return method;
        }

        Show(context, null, refused, caller);
        throw new RpcException(refused);
    }

    /// <summary>On whose behalf a call is made.</summary>
    /// <param name="Headers">Metadata of the HTTP request.</param>
    /// <param name="Peer">Its address, for logs.</param>
    internal sealed record Caller(Metadata Headers, string Peer)
    {
        /// <exception cref="RpcException">A header is not valid metadata.</exception>
        public static Caller Of(HttpContext http) =>
            new(GatewayMetadata.Of(http.Request), PeerText.Of(http.Connection.RemoteIpAddress, http.Connection.RemotePort));
    }
}
