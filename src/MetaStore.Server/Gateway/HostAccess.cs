using MetaStore.Server.Listening;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>By which names of the host requests may come: <c>--host-whitelist</c>. Source: etcd's access controller.</summary>
/// <param name="hosts">Names that requests may give; "*" = all.</param>
/// <param name="next">Answers what is let through.</param>
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
