using System.Net;
using MetaStore.Server.Dashboard.Changes;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Dashboard.Changes;

/// <summary>The unusual forms of what <see cref="ChangeGuardTests"/> has in its usual ones.</summary>
public sealed class ChangeGuardEdgeTests
{
    private readonly DefaultHttpContext _http = new();

    public ChangeGuardEdgeTests()
    {
        _http.Connection.RemoteIpAddress = IPAddress.Loopback;
        _http.Request.Scheme = "http";
        _http.Request.Host = new HostString("localhost:2379");
        _http.Request.Headers.Origin = "http://localhost:2379";
        _http.Request.Headers[ChangeGuard.Header] = "1";
        _http.Request.ContentType = "application/json";
        Assert.Null(ChangeGuard.WhyRefused(_http));
    }

    /// <summary>A socket of the machine has no address.</summary>
    [Fact]
    public void ConnectionWithoutAnAddress_IsOfThisMachine()
    {
        _http.Connection.RemoteIpAddress = null;
        Assert.Null(ChangeGuard.WhyPlaceRefused(_http));
    }

    [Theory]
    [InlineData("LOCALHOST:2379", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.255.254:1", true)]
    [InlineData("[::ffff:127.0.0.1]:2379", true)]
    [InlineData("[::1]", true)]
    [InlineData("", false)]
    [InlineData("0.0.0.0:2379", false)]
    [InlineData("[::]:2379", false)]
    [InlineData("localhost.:2379", false)]
    [InlineData("127.0.0.1.nip.io:2379", false)]
    [InlineData("10.0.0.1:2379", false)]
    public void Host_MustBeALoopbackName(string host, bool passes)
    {
        _http.Request.Host = new HostString(host);
        Assert.Equal(passes ? null : "changes are allowed only at localhost, 127.0.0.1 or [::1]", ChangeGuard.WhyPlaceRefused(_http));
    }

    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Real-IP")]
    [InlineData("x-forwarded-for")]
    public void MarkOfAProxy_IsRefused_EvenWhenItIsEmpty(string header)
    {
        _http.Request.Headers[header] = new Microsoft.Extensions.Primitives.StringValues([""]);
        Assert.Equal("changes are not allowed through a proxy", ChangeGuard.WhyRefused(_http));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/json ;x", true)]
    [InlineData("application/jsonp", false)]
    [InlineData("text/plain; application/json", false)]
    [InlineData(null, false)]
    public void Body_MustBeJson_WithAnyParameters(string? type, bool passes)
    {
        _http.Request.ContentType = type;
        Assert.Equal(passes ? null : "the body is not application/json", ChangeGuard.WhySiteRefused(_http.Request));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Sec-Fetch-Site", "")]
    [InlineData("Sec-Fetch-Site", "same-origin, cross-site")]
    [InlineData(ChangeGuard.Header, "1, 1")]
    [InlineData(ChangeGuard.Header, " 1")]
    public void Header_WithAnotherValue_IsRefused(string header, string value)
    {
        _http.Request.Headers[header] = value;
        Assert.NotNull(ChangeGuard.WhySiteRefused(_http.Request));
    }

    [Fact]
    public void Origin_GivenTwice_IsRefused()
    {
        _http.Request.Headers.Origin = new Microsoft.Extensions.Primitives.StringValues(["http://localhost:2379", "http://evil.example"]);
        Assert.Contains("(Origin)", ChangeGuard.WhyRefused(_http), StringComparison.Ordinal);
    }

    /// <summary>A sign-in may come through a proxy and from another machine: it changes nothing.</summary>
    [Fact]
    public void Site_DoesNotLookAtThePlace()
    {
        _http.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.7");
        _http.Request.Headers["X-Forwarded-For"] = "10.0.0.8";
        _http.Request.Headers.Origin = "https://dashboard.example";
        Assert.Null(ChangeGuard.WhySiteRefused(_http.Request));
        Assert.Equal("changes are allowed only from the member's own machine", ChangeGuard.WhyRefused(_http));
    }
}
