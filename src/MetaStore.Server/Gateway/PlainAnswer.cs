using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>A plain-text response with the headers of Go's http.Error.</summary>
internal static class PlainAnswer
{
    public static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(text);
    }
}
