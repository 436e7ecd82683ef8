using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>Restricts the web origins that may call: <c>--cors</c>. Source: etcd's access controller.</summary>
/// <param name="origins">Permitted origins; "*" = all.</param>
/// <param name="next">Handles permitted requests.</param>
internal sealed class OriginAccess(IReadOnlyList<string> origins, IHttpFallback next) : IHttpFallback
{
    private const string All = "*";

    private readonly bool _allOrigins = origins.Contains(All);

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        string? origin = context.Request.Headers.Origin;
        if (_allOrigins || (origin is not null && origins.Contains(origin, StringComparer.Ordinal)))
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.AccessControlAllowOrigin = _allOrigins ? All : origin;
            headers.AccessControlAllowMethods = "POST, GET, OPTIONS, PUT, DELETE";
            headers.AccessControlAllowHeaders = "accept, content-type, authorization";
        }

        return HttpMethods.IsOptions(context.Request.Method) ? Task.CompletedTask : next.HandleAsync(context);
    }
}
