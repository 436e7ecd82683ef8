using System.Text;
using MetaStore.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Tests.Gateway.Sockets;

public sealed class WebSocketUpgradeTests
{
    [Theory]
    [InlineData("Upgrade", "websocket", true)]
    [InlineData("keep-alive, Upgrade", "websocket", true)]
    [InlineData("keep-alive ,uPGRADE", "h2c, WebSocket", true)]
    [InlineData("keep-alive", "websocket", false)]
    [InlineData("Upgrade", "h2c", false)]
    [InlineData("Upgraded", "websocket", false)]
    [InlineData("Upgrade", "websockets", false)]
    [InlineData("", "websocket", false)]
    [InlineData("Upgrade", "", false)]
    public void IsAskedFor_BothHeadersList_TheirWord(string connection, string upgrade, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Connection = connection;
        request.Headers.Upgrade = upgrade;
        Assert.Equal(expected, WebSocketUpgrade.IsAskedFor(request));
    }

    /// <summary>A request that cannot be upgraded, as of another version, gets the version in its response and never reaches the method.</summary>
    [Fact]
    public async Task HandleAsync_RequestThatIsNone_Is400WithTheVersion()
    {
        bool isHandled = false;
        var upgrade = new WebSocketUpgrade(
            _ =>
            {
                isHandled = true;
                return Task.CompletedTask;
            },
            1000, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
        var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Request.Headers.SecWebSocketVersion = "8";
        await upgrade.HandleAsync(context);
        Assert.Equal((400, "13", "Bad Request\n"), (context.Response.StatusCode, context.Response.Headers.SecWebSocketVersion.ToString(), Encoding.UTF8.GetString(body.ToArray())));
        Assert.Equal(("nosniff", "text/plain; charset=utf-8"), (context.Response.Headers.XContentTypeOptions.ToString(), context.Response.ContentType));
        Assert.False(isHandled);
    }
}
