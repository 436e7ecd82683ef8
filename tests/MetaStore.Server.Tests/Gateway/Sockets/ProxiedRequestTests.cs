using System.Net;
using MetaStore.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway.Sockets;

/// <summary>What a call over a WebSocket inherits from the request that became the socket: path, address and token, and no other header.</summary>
public sealed class ProxiedRequestTests : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly MemoryStream _answer = new();
    private readonly DefaultHttpContext _upgrade = new();

    public void Dispose() => _ending.Dispose();

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("Bearer, abc.1", null, "Bearer abc.1")]
    [InlineData("Bearer,abc.1 ", null, "Bearer abc.1")]
    [InlineData("chat, Bearer, abc.1", null, "Bearer abc.1")]
    [InlineData("Bearer", null, null)]
    [InlineData("bearer, abc.1", null, null)]
    [InlineData("chat", null, null)]
    [InlineData(null, "token=abc.2", "Bearer abc.2")]
    [InlineData("Bearer, abc.1", "token=abc.2", "Bearer abc.2")]
    [InlineData("Bearer, abc.1", "other=abc.2", "Bearer abc.1")]
    public void Make_TokenOfProtocolOrCookie_BecomesTheAuthorization(string? protocols, string? cookie, string? expected)
    {
        _upgrade.Request.Headers.SecWebSocketProtocol = protocols;
        _upgrade.Request.Headers.Cookie = cookie;
        Assert.Equal(expected, (string?)Make().Request.Headers.Authorization);
    }

    [Theory]
    [InlineData("Bearer, abc", "Bearer")]
    [InlineData("Bearer", "Bearer")]
    [InlineData("chat, Bearer, abc", null)]
    [InlineData("chat", null)]
    [InlineData("", null)]
    public void SubProtocolOf_IsTakenOnlyWhenTheTokenComesFirst(string protocols, string? expected)
    {
        _upgrade.Request.Headers.SecWebSocketProtocol = protocols;
        Assert.Equal(expected, ProxiedRequest.SubProtocolOf(_upgrade.Request));
    }

    [Fact]
    public void Make_IsAPostOnThePathAndFromTheAddress_WithoutTheOtherHeaders()
    {
        _upgrade.Request.Method = "GET";
        _upgrade.Request.Path = "/v3/watch";
        _upgrade.Request.Headers["Grpc-Metadata-hasleader"] = "true";
        _upgrade.Request.Headers["Grpc-Timeout"] = "1S";
        (_upgrade.Connection.RemoteIpAddress, _upgrade.Connection.RemotePort) = (IPAddress.Parse("10.0.0.7"), 4711);
        HttpContext call = Make();
        Assert.Equal(("POST", "/v3/watch"), (call.Request.Method, call.Request.Path.Value));
        Assert.Equal(("10.0.0.7", 4711), (call.Connection.RemoteIpAddress?.ToString(), call.Connection.RemotePort));
        Assert.Empty(call.Request.Headers);
    }

    [Fact]
    public async Task Make_ResponseHasStarted_OnlyAfterBytesOfItsBody()
    {
        HttpContext call = Make();
        Assert.False(call.Response.HasStarted);
        await call.Response.Body.FlushAsync();
        Assert.False(call.Response.HasStarted);
        await call.Response.BodyWriter.WriteAsync("a\n"u8.ToArray());
        Assert.True(call.Response.HasStarted);
        Assert.Equal("a\n"u8.ToArray(), _answer.ToArray());
    }

    [Fact]
    public void Abort_OfTheCall_IsTheEndOfTheSocket_AndTheOtherWayRound()
    {
        HttpContext call = Make();
        Assert.False(call.RequestAborted.IsCancellationRequested);
        call.Abort();
        Assert.True(_ending.IsCancellationRequested);
        Assert.True(call.RequestAborted.IsCancellationRequested);
    }

    private HttpContext Make() => ProxiedRequest.Make(_upgrade, Stream.Null, _answer, _ending);
}
