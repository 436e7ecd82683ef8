using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Pages;

/// <summary>The page's files, which are embedded resources. Names are looked up exactly: there are no directories to traverse.</summary>
internal sealed class Assets
{
    private const string Prefix = "dashboard/";

    private readonly FrozenDictionary<string, Asset> _byName;

    /// <summary>Reads the files from the assembly.</summary>
    public Assets()
    {
        Assembly program = typeof(Assets).Assembly;
        _byName = program.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(program, name), StringComparer.Ordinal);
    }

    /// <summary>All names.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Responds with a file, or with 304 when the client has it.</summary>
    /// <returns>False when there is no such file; nothing was written then.</returns>
    public async Task<bool> TryWriteAsync(HttpContext context, string name)
    {
        if (!_byName.TryGetValue(name, out Asset? asset))
        {
            return false;
        }

        HttpResponse response = context.Response;
        response.Headers.ETag = asset.Tag;
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch.Any(known => known is not null && (known == "*" || known.Contains(asset.Tag, StringComparison.Ordinal))))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        response.ContentType = asset.Type;
        response.ContentLength = asset.Content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(asset.Content, context.RequestAborted);
        }

        return true;
    }

    private static Asset Read(Assembly program, string name)
    {
        using Stream resource = program.GetManifestResourceStream(name)!;
        byte[] content = new byte[resource.Length];
        resource.ReadExactly(content);
        string type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => throw new InvalidOperationException($"{name} has no content type"),
        };
        return new Asset(content, type, $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");
    }

    private sealed record Asset(byte[] Content, string Type, string Tag);
}
