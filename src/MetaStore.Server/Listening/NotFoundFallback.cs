using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Listening;

/// <summary>Responds with 404 to everything that is not gRPC.</summary>
internal sealed class NotFoundFallback : IHttpFallback
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("404 page not found\n");
    }
}
