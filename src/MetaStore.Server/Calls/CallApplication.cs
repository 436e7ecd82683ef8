using Grpc.Core;
using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Calls;

/// <summary>
/// Kestrel's entry point for each request: gRPC goes to the endpoint that Grpc.AspNetCore made for its method, everything else to the fallback.
/// There is no routing, scope or middleware in between (ADR 0017).
/// </summary>
internal sealed class CallApplication(MethodEndpoints endpoints, IHttpFallback fallback, CallSettings settings) : IHttpApplication<WireCall>
{
    public WireCall CreateContext(IFeatureCollection contextFeatures)
    {
        WireCall call = contextFeatures is IHostContextContainer<WireCall> container
            ? container.HostContext ??= new WireCall(contextFeatures, settings)
            : new WireCall(contextFeatures, settings);
        call.Open();
        return call;
    }

    public void DisposeContext(WireCall context, Exception? exception) => context.End();

    public Task ProcessRequestAsync(WireCall context)
    {
        IHttpRequestFeature request = context.Request;
        if (!IsGrpc(request))
        {
            return FallBackAsync(context);
        }

        if (!context.IsAdmitted)
        {
            return Refuse(context, CallStatuses.TooManyRequests);
        }

        if (!endpoints.TryFind(request.Path, out MethodEndpoint endpoint))
        {
            return Refuse(context, endpoints.WhyUnknown(request.Path));
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            return Refuse(
                context, new Status(StatusCode.Internal, $"received a request with :method \"{request.Method}\" which should be POST"), StatusCodes.Status405MethodNotAllowed);
        }

        Status begun = context.Begin(endpoint.Method);
        if (begun.IsOK() && settings.Gate?.IsOverloaded(endpoint.Method, context) == true)
        {
            return Refuse(context, CallStatuses.TooManyRequests);
        }

        return begun.IsOK() ? ServeAsync(context, endpoint.Handler) : Refuse(context, begun);
    }

    /// <summary>Without a frame of its own when the method completes at once, as a serializable get does.</summary>
    private static Task ServeAsync(WireCall call, RequestDelegate handler)
    {
        Task handled = handler(call.Http);
        return handled.IsCompletedSuccessfully ? call.FinishAsync().AsTask() : FinishAsync(call, handled);
    }

    private static async Task FinishAsync(WireCall call, Task handled)
    {
        await handled;
        await call.FinishAsync();
    }

    private static Task Refuse(WireCall call, Status status, int http = StatusCodes.Status200OK)
    {
        call.Refuse(status, http);
        return Task.CompletedTask;
    }

    /// <summary>HTTP/2 with <c>application/grpc</c>, alone or followed by <c>+</c> or <c>;</c>.</summary>
    private static bool IsGrpc(IHttpRequestFeature request)
    {
        const string expected = CallStatuses.GrpcContentType;
        string? type = request.Headers.ContentType;
        return type is not null && type.StartsWith(expected, StringComparison.OrdinalIgnoreCase) &&
            (type.Length == expected.Length || type[expected.Length] is '+' or ';') && HttpProtocol.IsHttp2(request.Protocol);
    }

    private async Task FallBackAsync(WireCall call)
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
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
        {
            // The client has gone. Kestrel would look for the rest of its body and log that it cannot.
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted && e is not BadHttpRequestException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                settings.Log.FallbackFailed(call.Request.Path, e);
            }

            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }
}
