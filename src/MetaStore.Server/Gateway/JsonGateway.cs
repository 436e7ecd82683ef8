using MetaStore.Grpc;
using MetaStore.Grpc.Server;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>etcd's HTTP/JSON gateway: POST with JSON on <c>/v3/...</c> calls the gRPC method of the same service object.</summary>
/// <remarks>Pages of the port that are not the gateway's go on to the next handler. All answers carry etcd's CORS headers.</remarks>
/// <param name="services">The methods that are called.</param>
/// <param name="gate">What every gRPC call passes first; calls of the gateway too.</param>
/// <param name="maxBodyBytes">Largest body.</param>
/// <param name="next">Health, version and metrics pages.</param>
internal sealed class JsonGateway(ServiceTable services, ICallGate gate, int maxBodyBytes, IHttpFallback next) : IHttpFallback
{
    private readonly GatewayRoutes _routes = new(services);

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        AllowOtherOrigins(context.Response.Headers);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        string path = context.Request.Path.Value ?? "/";
        if (!GatewayRoutes.Covers(path))
        {
            return next.HandleAsync(context);
        }

        if (!GatewayRoutes.TryFind(path, out string? methodPath))
        {
            return RefuseAsync(context, StatusCodes.Status404NotFound, "Not Found\n");
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed\n");
        }

        return _routes.Bound(methodPath) is { } method
            ? new GatewayCall(context, method, gate, maxBodyBytes).RunAsync()
            : UnknownAsync(context, methodPath);
    }

    private static void AllowOtherOrigins(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "POST, GET, OPTIONS, PUT, DELETE";
        headers.AccessControlAllowHeaders = "accept, content-type, authorization";
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(text);
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
