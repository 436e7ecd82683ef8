using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Listening;

/// <summary>A server without HTTP pages: everything that is not gRPC is 404.</summary>
internal sealed class NotFoundFallback : IHttpFallback
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("404 page not found\n");
    }
}
