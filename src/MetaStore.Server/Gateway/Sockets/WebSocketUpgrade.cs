using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetaStore.Server.Gateway.Sockets;

/// <summary>Upgrades WebSocket requests and passes them to the same handler as all others, over a <see cref="WebSocketBridge"/>.</summary>
/// <remarks>Every path of the gateway can be upgraded, as in etcd; on other paths the upgrade is ignored.</remarks>
internal sealed class WebSocketUpgrade
{
    private const string Version = "13";

    private readonly Func<HttpContext, Task> _handler;
    private readonly long _maxMessageBytes;
    private readonly WebSocketMiddleware _middleware;

    /// <param name="handler">Handles the request made from a socket.</param>
    /// <param name="maxMessageBytes">Maximum size of a client message.</param>
    /// <param name="keepAliveInterval">Idle time after which the client is pinged; it is disconnected when it does not respond.</param>
    /// <param name="keepAliveTimeout">How long the client may take to respond.</param>
    public WebSocketUpgrade(Func<HttpContext, Task> handler, long maxMessageBytes, TimeSpan keepAliveInterval, TimeSpan keepAliveTimeout)
    {
        _handler = handler;
        _maxMessageBytes = maxMessageBytes;
        var options = new WebSocketOptions { KeepAliveInterval = keepAliveInterval, KeepAliveTimeout = keepAliveTimeout };
        _middleware = new WebSocketMiddleware(UpgradeAsync, Options.Create(options), NullLoggerFactory.Instance);
    }

    /// <summary>True when the request asks for a WebSocket, valid or not.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        Lists(request.Headers[HeaderNames.Connection].ToString(), "upgrade") && Lists(request.Headers.Upgrade.ToString(), "websocket");

    /// <summary>Upgrades and serves the call.</summary>
    public Task HandleAsync(HttpContext context) => _middleware.Invoke(context);

    private async Task UpgradeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.SecWebSocketVersion = Version;
            await PlainAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad Request\n");
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = ProxiedRequest.SubProtocolOf(context.Request) });
        await new WebSocketBridge(socket, _maxMessageBytes).RunAsync(context, _handler);
    }

    private static bool Lists(string header, string token) =>
        header.Split(',').Any(item => item.Trim().Equals(token, StringComparison.OrdinalIgnoreCase));
}
