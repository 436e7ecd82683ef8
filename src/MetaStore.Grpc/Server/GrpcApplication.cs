using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Grpc.Server;

/// <summary>
/// What Kestrel runs for each request: gRPC goes to its method, all else to the fallback. There is no HttpContext, service
/// provider or middleware on the way of a gRPC call.
/// </summary>
internal sealed class GrpcApplication(ServiceTable services, IHttpFallback fallback, ServerCallShared shared) : IHttpApplication<ServerCall>
{
    public ServerCall CreateContext(IFeatureCollection contextFeatures)
    {
        var call = contextFeatures is IHostContextContainer<ServerCall> container
            ? container.HostContext ??= new ServerCall(contextFeatures, shared)
            : new ServerCall(contextFeatures, shared);
        call.Open();
        return call;
    }

    public void DisposeContext(ServerCall context, Exception? exception) => context.End();

    public Task ProcessRequestAsync(ServerCall context)
    {
        var request = context.Request;
        if (!IsGrpc(request))
        {
            return FallBackAsync(context);
        }

        if (!context.IsAdmitted)
        {
            return Refuse(context, ServerCallShared.TooManyRequests);
        }

        var method = services.Find(request.Path);
        if (method is null)
        {
            return Refuse(context, services.WhyUnknown(request.Path));
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            context.Features.GetRequiredFeature<IHttpResponseFeature>().StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Refuse(context, new Status(StatusCode.Internal, $"received a request with :method \"{request.Method}\" which should be POST"));
        }

        var begun = context.Begin(method);
        return begun.IsOK ? ServeAsync(context, method) : Refuse(context, begun);
    }

    private static async Task ServeAsync(ServerCall call, ServiceMethod method)
    {
        Status status;
        try
        {
            status = await method.ServeAsync(call);
        }
        catch (Exception e)
        {
            status = call.StatusOf(e);
        }

        call.Finish(status);
        if (call.HoldsResponse)
        {
            await call.SendHeldAsync();
        }
    }

    private static Task Refuse(ServerCall call, Status status)
    {
        call.Finish(status);
        return Task.CompletedTask;
    }

    /// <summary>HTTP/2 with <c>application/grpc</c>, alone or followed by <c>+</c> or <c>;</c>.</summary>
    private static bool IsGrpc(IHttpRequestFeature request)
    {
        const string expected = ServerCallShared.GrpcContentType;
        string? type = request.Headers.ContentType;
        return type is not null && type.StartsWith(expected, StringComparison.OrdinalIgnoreCase) &&
            (type.Length == expected.Length || type[expected.Length] is '+' or ';') && HttpProtocol.IsHttp2(request.Protocol);
    }

    private async Task FallBackAsync(ServerCall call)
    {
        var context = new DefaultHttpContext(call.Features);
        if (!call.IsAdmitted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        call.GuardBody();
        try
        {
            await fallback.HandleAsync(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && e is not BadHttpRequestException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                shared.Log.FallbackFailed(call.Request.Path, e);
            }

            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }
}
