using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Listening;

/// <summary>Handles every request on the port that is not gRPC: HTTP/1.1, and HTTP/2 with another content type.</summary>
internal interface IHttpFallback
{
    /// <summary>
    /// Writes the response. The server sets no limit on the request body (a gRPC stream has none), so the handler must bound
    /// what it reads.
    /// </summary>
    Task HandleAsync(HttpContext context);
}
