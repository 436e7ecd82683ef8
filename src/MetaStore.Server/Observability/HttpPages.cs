using System.Text;
using System.Text.Encodings.Web;
using MetaStore.Server.Configuration.Values;
using MetaStore.Server.Listening;
using MetaStore.Server.Observability.Health;
using MetaStore.Server.Observability.Metrics;
using MetaStore.StateMachine.Membership;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MetaStore.Server.Observability;

/// <summary>The HTTP pages: health, metrics, version and a first page, with etcd's paths and texts.</summary>
/// <param name="health">The checks.</param>
/// <param name="metrics">The page /metrics.</param>
/// <param name="members">Supplies the cluster version; null omits /version and /, as etcd does on its metrics addresses.</param>
internal sealed class HttpPages(HealthChecks health, MetricsPage metrics, MemberStore? members) : IHttpFallback
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        if (path == "/metrics")
        {
            return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
                ? WriteAsync(context, StatusCodes.Status200OK, "text/plain; version=0.0.4; charset=utf-8", metrics.Render())
                : RefuseMethodAsync(context);
        }

        IReadOnlyList<string>? checks = ChecksOf(path, out string type);
        bool isPage = path == "/health" || checks is not null || (path is "/version" or "/" && members is not null);
        return !isPage ? RefuseAsync(context, StatusCodes.Status404NotFound, "404 page not found")
            : !HttpMethods.IsGet(context.Request.Method) ? RefuseMethodAsync(context)
            : checks is not null ? ChecksAsync(context, type, checks)
            : path == "/health" ? HealthAsync(context)
            : path == "/" ? RootAsync(context)
            : VersionAsync(context, members!);
    }

    /// <summary>The checks of a path: all of a page, or one by name; null for another path.</summary>
    private static IReadOnlyList<string>? ChecksOf(string path, out string type)
    {
        string[] parts = path.Split('/');
        type = parts.Length is 2 or 3 ? parts[1] : "";
        IReadOnlyList<string>? all = type switch
        {
            "livez" => HealthChecks.Livez,
            "readyz" => HealthChecks.Readyz,
            _ => null,
        };
        return all is null || parts.Length == 2 ? all
            : all.Contains(parts[2]) ? [parts[2]]
            : null;
    }

    private async Task HealthAsync(HttpContext context)
    {
        bool serializable = context.Request.Query["serializable"].FirstOrDefault() == "true";
        string[] excluded = [.. context.Request.Query["exclude"].OfType<string>()];
        string reason = await health.WhyUnhealthyAsync(serializable, excluded);
        string body = $"{{\"health\":\"{(reason.Length == 0 ? "true" : "false")}\",\"reason\":\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(reason)}\"}}";
        await (reason.Length == 0
            ? WriteAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", body)
            : RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, body));
    }

    private static Task RootAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = RootPage.Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(context, StatusCodes.Status200OK, RootPage.ContentType, RootPage.Text);
    }

    private static Task VersionAsync(HttpContext context, MemberStore members)
    {
        string cluster = members.ClusterVersion ?? "not_decided";
        string storage = members.ClusterVersion is null ? "unknown" : Versions.Cluster;
        return WriteAsync(
            context, StatusCodes.Status200OK, "application/json",
            $"{{\"etcdserver\":\"{Versions.Announced}\",\"etcdcluster\":\"{cluster}\",\"storage\":\"{storage}\"}}");
    }

    /// <summary>Runs checks; failures are always reported, successes only with ?verbose.</summary>
    private async Task ChecksAsync(HttpContext context, string type, IReadOnlyList<string> checks)
    {
        // A single check cannot be excluded from its own page.
        bool isWholePage = context.Request.Path.Value == "/" + type;
        StringValues excluded = isWholePage ? context.Request.Query["exclude"] : StringValues.Empty;
        var text = new StringBuilder();
        bool failed = false;
        foreach (string check in checks.Where(check => !excluded.Contains(check)))
        {
            string? why = await health.RunAsync(type, check);
            failed |= why is not null;
            text.Append(why is null ? $"[+]{check} ok\n" : $"[-]{check} failed: {why}\n");
        }

        if (failed)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, text.ToString());
            return;
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        string body = context.Request.Query.ContainsKey("verbose") ? text.Append("ok\n").ToString() : "ok\n";
        await WriteAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", body);
    }

    private static Task RefuseMethodAsync(HttpContext context)
    {
        context.Response.Headers.Allow = "GET";
        return RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
    }

    /// <summary>As Go's http.Error: one line of plain text.</summary>
    private static Task RefuseAsync(HttpContext context, int status, string line)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(context, status, "text/plain; charset=utf-8", line + "\n");
    }

    private static Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(body);
    }
}
