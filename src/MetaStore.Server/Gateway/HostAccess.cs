using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>Restricts the host names that requests may use: <c>--host-whitelist</c>. Source: etcd's access controller.</summary>
/// <param name="hosts">Permitted names; "*" = all.</param>
/// <param name="next">Handles permitted requests.</param>
internal sealed class HostAccess(IReadOnlyList<string> hosts, IHttpFallback next) : IHttpFallback
{
    private readonly bool _all = hosts.Count == 0 || hosts.Contains("*");

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        string host = context.Request.Host.Host;
        if (_all || hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return next.HandleAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"the host {host} is not one of --host-whitelist\n");
    }
}
