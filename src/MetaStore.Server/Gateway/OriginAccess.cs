using MetaStore.Server.Calls;
using MetaStore.Server.Calls.Services;
using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>Which web pages may call, and by which names of the host: <c>--cors</c> and <c>--host-whitelist</c>. Source: etcd's access controller.</summary>
/// <param name="origins">Origins that are allowed; "*" = all.</param>
/// <param name="hosts">Host names that requests may name; "*" = all.</param>
/// <param name="next">Answers what is let through.</param>
internal sealed class OriginAccess(IReadOnlyList<string> origins, IReadOnlyList<string> hosts, IHttpFallback next) : IHttpFallback
{
    private const string All = "*";

    private readonly bool _allOrigins = origins.Contains(All);
    private readonly bool _allHosts = hosts.Count == 0 || hosts.Contains(All);

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (!_allHosts && !hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync($"the host {host} is not one of --host-whitelist\n");
        }

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
