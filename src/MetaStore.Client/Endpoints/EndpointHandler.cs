using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace MetaStore.Client.Endpoints;

/// <summary>The HTTP/2 transport of one endpoint.</summary>
internal static class EndpointHandler
{
    private const int StreamWindowBytes = 1024 * 1024;

    /// <summary>Members answer a client that pings more often with GOAWAY "too_many_pings".</summary>
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);

    /// <summary>Creates a handler; the caller disposes it.</summary>
    public static SocketsHttpHandler For(Uri address, MetaStoreClientOptions options, EndpointTls? tls) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = options.DialTimeout,
        ConnectCallback = address.Scheme == SocketAddress.Scheme ? SocketAddress.Connector(address) : (_, cancellation) => ConnectAsync(address, cancellation),
        SslOptions = tls?.Settings() ?? new SslClientAuthenticationOptions(),
        KeepAlivePingDelay = options.KeepAliveTime > ShortestPing ? options.KeepAliveTime : ShortestPing,
        KeepAlivePingTimeout = options.KeepAliveTimeout > ShortestPing ? options.KeepAliveTimeout : ShortestPing,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        InitialHttp2StreamWindowSize = StreamWindowBytes,
    };

    /// <summary>
    /// Opens a connection in the same way as the handler itself would. Setting it disables Grpc.Net.Client's own connection state machine:
    /// after a refused connection that one fails calls for a growing pause without trying, but members that have just restarted must be
    /// usable at once. The balancer chooses the endpoint.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(address.IdnHost, address.Port), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
