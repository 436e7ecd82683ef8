using System.Net;
using MetaStore.Server.Dashboard.Changes;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>Changes are accepted only from a page of this member, on the same machine.</summary>
public sealed class ChangeGuardTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:2379")]
    [InlineData("127.8.0.1", "localhost:2379")]
    [InlineData("::1", "[::1]:2379")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1:2379")]
    public void APageOnTheMembersMachine_MayChange(string address, string host) =>
        Assert.Null(ChangeGuard.WhyRefused(Request(address, host, $"http://{host}")));

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.1:2379", "http://10.0.0.1:2379", "own machine")]
    [InlineData("10.0.0.7", "localhost:2379", "http://localhost:2379", "own machine")]
    [InlineData("127.0.0.1", "evil.example:2379", "http://evil.example:2379", "localhost")] // a name that resolves to 127.0.0.1
    [InlineData("127.0.0.1", "localhost.evil.example", "http://localhost.evil.example", "localhost")]
    [InlineData("127.0.0.1", "localhost:2379", "http://evil.example", "Origin")]
    [InlineData("127.0.0.1", "localhost:2379", "http://localhost:8080", "Origin")]
    [InlineData("127.0.0.1", "localhost:2379", "https://localhost:2379", "Origin")]
    [InlineData("127.0.0.1", "localhost:2379", "null", "Origin")]
    [InlineData("127.0.0.1", "localhost:2379", null, "Origin")]
    public void AnotherPlace_OrAnotherOrigin_IsRefused(string address, string host, string? origin, string why) =>
        Assert.Contains(why, ChangeGuard.WhyRefused(Request(address, host, origin)), StringComparison.Ordinal);

    [Theory]
    [InlineData(ChangeGuard.Header, null, ChangeGuard.Header)]
    [InlineData(ChangeGuard.Header, "0", ChangeGuard.Header)]
    [InlineData("Content-Type", "text/plain", "application/json")]
    [InlineData("Content-Type", "application/x-www-form-urlencoded", "application/json")]
    [InlineData("Sec-Fetch-Site", "same-site", "Sec-Fetch-Site")]
    [InlineData("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Site")]
    [InlineData("X-Forwarded-For", "10.0.0.7", "proxy")]
    [InlineData("Forwarded", "for=10.0.0.7", "proxy")]
    [InlineData("Via", "1.1 proxy", "proxy")]
    public void WhatOnlyAnotherSiteOrAProxySends_IsRefused(string header, string? value, string why)
    {
        DefaultHttpContext request = Request("127.0.0.1", "localhost:2379", "http://localhost:2379");
        request.Request.Headers[header] = value;
        Assert.Contains(why, ChangeGuard.WhyRefused(request), StringComparison.Ordinal);
    }

    private static DefaultHttpContext Request(string address, string host, string? origin)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        context.Request.Headers.Origin = origin;
        context.Request.Headers[ChangeGuard.Header] = "1";
        context.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        context.Request.ContentType = "application/json";
        return context;
    }
}
