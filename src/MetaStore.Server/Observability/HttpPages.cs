using System.Text;
using System.Text.Encodings.Web;
using MetaStore.Grpc.Server;
using MetaStore.Server.Configuration.Values;
using MetaStore.StateMachine.Membership;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Observability;

/// <summary>Everything on the client port that is not gRPC: health, version and metrics pages, by etcd's paths and texts.</summary>
internal sealed class HttpPages(HealthChecks health, MetricsPage metrics, MemberStore members) : IHttpFallback
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        bool reads = HttpMethods.IsGet(context.Request.Method) || (path == "/metrics" && HttpMethods.IsHead(context.Request.Method));
        if (path is "/health" or "/version" or "/metrics" && !reads)
        {
            context.Response.Headers.Allow = "GET";
            return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "text/plain; charset=utf-8", "Method Not Allowed\n");
        }

        return path switch
        {
            "/health" => HealthAsync(context),
            "/version" => VersionAsync(context),
            "/metrics" => WriteAsync(context, StatusCodes.Status200OK, "text/plain; version=0.0.4; charset=utf-8", metrics.Render()),
            _ when path == "/livez" || path.StartsWith("/livez/", StringComparison.Ordinal) => ChecksAsync(context, path, "/livez", HealthChecks.Livez),
            _ when path == "/readyz" || path.StartsWith("/readyz/", StringComparison.Ordinal) => ChecksAsync(context, path, "/readyz", HealthChecks.Readyz),
            _ => WriteAsync(context, StatusCodes.Status404NotFound, "text/plain; charset=utf-8", "404 page not found\n"),
        };
    }

    private async Task HealthAsync(HttpContext context)
    {
        bool serializable = context.Request.Query["serializable"] == "true";
        string[] excluded = [.. context.Request.Query["exclude"].OfType<string>()];
        string reason = await health.WhyUnhealthyAsync(serializable, excluded);
        string body = $"{{\"health\":\"{(reason.Length == 0 ? "true" : "false")}\",\"reason\":\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(reason)}\"}}";
        int status = reason.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await WriteAsync(context, status, "text/plain; charset=utf-8", body);
    }

    private Task VersionAsync(HttpContext context)
    {
        string cluster = members.ClusterVersion ?? "not_decided";
        string storage = members.ClusterVersion is null ? "unknown" : Versions.Cluster;
        return WriteAsync(
            context, StatusCodes.Status200OK, "application/json",
            $"{{\"etcdserver\":\"{Versions.Announced}\",\"etcdcluster\":\"{cluster}\",\"storage\":\"{storage}\"}}");
    }

    private async Task ChecksAsync(HttpContext context, string path, string root, IReadOnlyList<string> checks)
    {
        string single = path.Length > root.Length ? path[(root.Length + 1)..] : "";
        if (single.Length > 0 && !checks.Contains(single))
        {
            await WriteAsync(context, StatusCodes.Status404NotFound, "text/plain; charset=utf-8", "404 page not found\n");
            return;
        }

        var text = new StringBuilder();
        bool failed = false;
        foreach (string check in single.Length > 0 ? [single] : checks)
        {
            if (context.Request.Query["exclude"].Contains(check))
            {
                text.Append("[+]").Append(check).Append(" excluded: ok\n");
                continue;
            }

            string? why = await health.RunAsync(check);
            failed |= why is not null;
            text.Append(why is null ? $"[+]{check} ok\n" : $"[-]{check} failed: {why}\n");
        }

        bool verbose = context.Request.Query.ContainsKey("verbose");
        string body = failed || verbose ? text + (failed ? $"{root} check failed\n" : "ok\n") : "ok\n";
        int status = failed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await WriteAsync(context, status, "text/plain; charset=utf-8", body);
    }

    private static Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(body);
    }
}
