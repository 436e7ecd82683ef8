using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Observability;

/// <summary>The page <c>/</c>: says what answers on this port and where to look. etcd has none.</summary>
internal static class RootPage
{
    public const string ContentType = "text/html; charset=utf-8";

    public const string Policy = "default-src 'none'; frame-ancestors 'none'";

    public static string Text { get; } = $"""
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>MetaStore</title>
        <h1>MetaStore {Versions.Product}</h1>
        <p>A replicated key-value store that speaks the etcd v3 API (etcd {Versions.Announced}). Use <code>etcdctl --endpoints</code> or any etcd client with this address.</p>
        <ul>
        <li><a href="/dashboard">/dashboard</a>: members, batching and keys, live
        <li><a href="/health">/health</a>, <a href="/livez">/livez</a>, <a href="/readyz?verbose">/readyz</a>: checks
        <li><a href="/metrics">/metrics</a>: metrics for Prometheus
        <li><a href="/version">/version</a>: versions
        <li>/v3/...: etcd's JSON gateway, by POST
        </ul>
        </html>

        """;
}
