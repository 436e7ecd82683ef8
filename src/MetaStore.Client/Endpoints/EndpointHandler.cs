using System.Net;
using System.Net.Sockets;

namespace MetaStore.Client.Endpoints;

/// <summary>The HTTP/2 transport of one endpoint.</summary>
internal static class EndpointHandler
{
    private const int StreamWindowBytes = 1024 * 1024;

    /// <summary>Members answer a client that pings more often with GOAWAY "too_many_pings".</summary>
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);

    /// <summary>Makes one; the caller disposes it.</summary>
    public static SocketsHttpHandler For(Uri address, MetaStoreClientOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = options.DialTimeout,
        ConnectCallback = address.Scheme == SocketAddress.Scheme ? SocketAddress.Connector(address) : ConnectAsync,
        KeepAlivePingDelay = options.KeepAliveTime > ShortestPing ? options.KeepAliveTime : ShortestPing,
        KeepAlivePingTimeout = options.KeepAliveTimeout > ShortestPing ? options.KeepAliveTimeout : ShortestPing,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        InitialHttp2StreamWindowSize = StreamWindowBytes,
    };

    /// <summary>
    /// A connection as the handler itself would make one. Having it here keeps Grpc.Net.Client from putting its own state machine before the
    /// connections: after a refused connection that one lets calls fail for a growing pause without trying, and members that have just been
    /// started again are to be used at once. Which endpoint is called is the balancer's decision.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
