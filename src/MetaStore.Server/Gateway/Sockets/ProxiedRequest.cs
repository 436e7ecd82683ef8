using MetaStore.Server.Listening.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaStore.Server.Gateway.Sockets;

/// <summary>Builds the POST request of a WebSocket call. Source: grpc-websocket-proxy as etcd uses it.</summary>
internal static class ProxiedRequest
{
    private const string TokenScheme = "Bearer";
    private const string TokenCookie = "token";

    /// <summary>A request on the same path whose body and response are streams.</summary>
    /// <param name="upgrade">The request that became a WebSocket. Only its token is passed to the call.</param>
    /// <param name="body">Bytes from the client.</param>
    /// <param name="answer">Bytes to the client.</param>
    /// <param name="ending">Cancelled when the client has disconnected; the call may cancel it to disconnect the client.</param>
    public static HttpContext Make(HttpContext upgrade, Stream body, Stream answer, CancellationTokenSource ending)
    {
        var response = new ProxiedResponse();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = HttpMethods.Post, Path = upgrade.Request.Path, Body = body });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new StartingStream(answer, response)));
        features.Set<IHttpRequestLifetimeFeature>(new ProxiedLifetime(ending));
        features.Set(upgrade.Features.Get<ClientConnection>());
        var call = new DefaultHttpContext(features);
        call.Connection.RemoteIpAddress = upgrade.Connection.RemoteIpAddress;
        call.Connection.RemotePort = upgrade.Connection.RemotePort;
        if (AuthorizationOf(upgrade.Request) is { } authorization)
        {
            call.Request.Headers.Authorization = authorization;
        }

        return call;
    }

    /// <summary>The subprotocol to select: a client that sends its token as one expects it to be accepted.</summary>
    public static string? SubProtocolOf(HttpRequest upgrade) =>
        upgrade.Headers.SecWebSocketProtocol.ToString().StartsWith(TokenScheme, StringComparison.Ordinal) ? TokenScheme : null;

    /// <summary>The token of <c>Sec-WebSocket-Protocol: Bearer, TOKEN</c> or of a cookie, which has precedence; browsers cannot set the header itself.</summary>
    private static string? AuthorizationOf(HttpRequest upgrade)
    {
        if (upgrade.Cookies[TokenCookie] is { } cookie)
        {
            return $"{TokenScheme} {cookie}";
        }

        string protocols = upgrade.Headers.SecWebSocketProtocol.ToString();
        int token = protocols.IndexOf(TokenScheme + ",", StringComparison.Ordinal);
        return token < 0 ? null : $"{TokenScheme} {protocols[(token + TokenScheme.Length + 1)..].Trim(' ')}";
    }
}
