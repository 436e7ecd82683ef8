using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Gateway;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard;

/// <summary>Calls this member's own services for the dashboard, through the gate that calls of clients pass.</summary>
internal sealed class OwnServices(ServiceTable services, ICallGate gate)
{
    /// <summary>Who is the caller of what the member asks for its own picture of the cluster.</summary>
    public static Caller Member { get; } = new([], "dashboard");

    /// <summary>Calls a unary method.</summary>
    /// <param name="path">Of the gRPC method.</param>
    /// <param name="request">Its message.</param>
    /// <param name="caller">For whom.</param>
    /// <param name="use">Takes what is needed of the response, which is not valid afterwards.</param>
    /// <param name="stop">Ends the call.</param>
    /// <exception cref="RpcException">The call has failed.</exception>
    public async Task<TResult> CallAsync<TResponse, TResult>(string path, IMessage request, Caller caller, Func<TResponse, TResult> use, CancellationToken stop)
    {
        var context = new LocalCallContext(path, caller.Headers, caller.Peer, cancellationToken: stop);
        try
        {
            IMessage? response = await Passed(path, context).InvokeAsync(request, null, null, context);
            return use((TResponse)response!);
        }
        finally
        {
            context.Call.ReleaseHold();
        }
    }

    /// <summary>Calls a method that streams both ways; returns when the stream has ended.</summary>
    /// <exception cref="RpcException">The call has failed.</exception>
    public async Task StreamAsync(
        string path, IAsyncStreamReader<IMessage> requests, IServerStreamWriter<IMessage> responses, Caller caller, CancellationToken stop)
    {
        var context = new LocalCallContext(path, caller.Headers, caller.Peer, cancellationToken: stop);
        try
        {
            await Passed(path, context).InvokeAsync(null, requests, responses, context);
        }
        finally
        {
            context.Call.ReleaseHold();
        }
    }

    private ServiceMethod Passed(string path, LocalCallContext context)
    {
        ServiceMethod method = services.Find(path) ?? throw new InvalidOperationException($"{path} is not bound");
        Status refused = gate.Check(method, context.Call);
        return refused.StatusCode == StatusCode.OK ? method : throw new RpcException(refused);
    }

    /// <summary>For whom a call is made.</summary>
    /// <param name="Headers">What the request brought as metadata.</param>
    /// <param name="Peer">Its address, for logs.</param>
    internal sealed record Caller(Metadata Headers, string Peer)
    {
        /// <exception cref="RpcException">A header cannot be metadata.</exception>
        public static Caller Of(HttpContext http) =>
            new(GatewayMetadata.Of(http.Request), $"{http.Connection.RemoteIpAddress}:{http.Connection.RemotePort}");
    }
}
