using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using MetaStore.Server.Gateway.Sockets;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>etcd's HTTP/JSON gateway: POST with JSON on <c>/v3/...</c>, or a WebSocket there, calls the corresponding gRPC method.</summary>
/// <remarks>Other paths of the port go on to the next handler.</remarks>
internal sealed class JsonGateway : IHttpFallback
{
    private readonly GatewayRoutes _routes;
    private readonly ICallGate _gate;
    private readonly ICallObserver? _observer;
    private readonly CallTraces? _traces;
    private readonly int _maxMessageBytes;
    private readonly CallPlaces _places;
    private readonly WebSocketUpgrade _sockets;
    private readonly IHttpFallback _next;

    /// <param name="services">The methods that are called.</param>
    /// <param name="limits">gRPC's gate, observer (etcd's gateway is a client of its own server, so its calls are counted), message size, concurrency and keep-alive of WebSockets.</param>
    /// <param name="next">Health, version and metrics pages.</param>
    public JsonGateway(ServiceTable services, ListenerOptions limits, IHttpFallback next)
    {
        _routes = new GatewayRoutes(services);
        _gate = limits.Gate ?? throw new ArgumentException("the gateway needs the call gate of gRPC", nameof(limits));
        _observer = limits.Observer;
        _traces = limits.Traces;
        _maxMessageBytes = limits.MaxReceiveMessageBytes;
        _places = new CallPlaces(limits.MaxStreamsPerConnection);
        _sockets = new WebSocketUpgrade(CallAsync, 2L * _maxMessageBytes, limits.KeepAlivePingDelay, limits.KeepAlivePingTimeout);
        _next = next;
    }

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        return !GatewayRoutes.Covers(context.Request.Path.Value ?? "/") ? _next.HandleAsync(context)
            : WebSocketUpgrade.IsAskedFor(context.Request) ? _sockets.HandleAsync(context)
            : CallAsync(context);
    }

    private Task CallAsync(HttpContext context)
    {
        if (!GatewayRoutes.TryFind(context.Request.Path.Value!, out string? methodPath))
        {
            return PlainAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "Not Found\n");
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return PlainAnswer.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed\n");
        }

        return _routes.Bound(methodPath) is { } method
            ? new GatewayCall(context, method, _gate, _observer, _places, _maxMessageBytes, _traces).RunAsync()
            : UnknownAsync(context, methodPath);
    }

    private static async Task UnknownAsync(HttpContext context, string methodPath)
    {
        string[] names = methodPath.Split('/');
        context.Response.StatusCode = StatusCodes.Status501NotImplemented;
        context.Response.ContentType = "application/json";
        GatewayJson.WriteError(
            context.Response.BodyWriter, new Status(StatusCode.Unimplemented, $"unknown method {names[2]} for service {names[1]}"));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
