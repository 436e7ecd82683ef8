using System.Net;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Changes;

/// <summary>Allows changes through the dashboard only from a page of this member, opened on the member's own machine.</summary>
/// <remarks>
/// Against other sites in the same browser: the origin must be this member's, and a header must be present that forms and other origins cannot
/// send. Against DNS rebinding to 127.0.0.1: the host must be a loopback name, whatever the origin is.
/// </remarks>
internal static class ChangeGuard
{
    /// <summary>The header that every change carries; its value is 1.</summary>
    public const string Header = "X-MetaStore-Dashboard";

    private static readonly string[] MarksOfProxies = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    /// <summary>Why a page at this address may not change anything; null when it may.</summary>
    public static string? WhyPlaceRefused(HttpContext http)
    {
        IPAddress? address = http.Connection.RemoteIpAddress;
        return address is not null && !IPAddress.IsLoopback(address) ? "changes are allowed only from the member's own machine"
            : !IsLoopbackName(http.Request.Host.Host) ? "changes are allowed only at localhost, 127.0.0.1 or [::1]"
            : MarksOfProxies.Any(http.Request.Headers.ContainsKey) ? "changes are not allowed through a proxy"
            : null;
    }

    /// <summary>Why a request may not change anything; null when it may.</summary>
    public static string? WhyRefused(HttpContext http) =>
        WhyPlaceRefused(http)
        ?? (http.Request.Headers.Origin != $"{http.Request.Scheme}://{http.Request.Host}" ? "the request does not come from a page of this member (Origin)" : null)
        ?? WhySiteRefused(http.Request);

    /// <summary>Why a request may come from a page of another site; null when it cannot. A proxy that ends TLS in front of the member does not matter.</summary>
    public static string? WhySiteRefused(HttpRequest request)
    {
        string? site = request.Headers["Sec-Fetch-Site"];
        return site is not null and not "same-origin" ? "the request does not come from a page of this member (Sec-Fetch-Site)"
            : request.Headers[Header] != "1" ? $"the header {Header}: 1 is missing"
            : request.ContentType?.Split(';')[0].Trim() != "application/json" ? "the body is not application/json"
            : null;
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
