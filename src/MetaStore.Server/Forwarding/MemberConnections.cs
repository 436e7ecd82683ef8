using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using MetaStore.Server.Listening.Tls;

namespace MetaStore.Server.Forwarding;

/// <summary>Connects to a member at the first of its addresses that responds.</summary>
internal static class MemberConnections
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(10);

    /// <summary>A handler that connects to any of a member's equivalent addresses.</summary>
    /// <param name="urls">At least one; <c>http://host:port</c> (h2c) or <c>https://host:port</c>. Paths are ignored.</param>
    /// <param name="credentials">For https; null for the system's trust and no certificate.</param>
    public static SocketsHttpHandler Handler(IReadOnlyList<Uri> urls, MemberCredentials? credentials) => new()
    {
        SslOptions = credentials?.Options() ?? new SslClientAuthenticationOptions(),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = ConnectTimeout * (urls.Count + 1),
        ConnectCallback = (_, stop) => ConnectAsync(urls, stop),
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingDelay,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    };

    private static async ValueTask<Stream> ConnectAsync(IReadOnlyList<Uri> urls, CancellationToken stop)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(urls[i], stop);
            }
            catch (SocketException) when (i + 1 < urls.Count)
            {
                // Try the next address.
            }
        }
    }

    private static async ValueTask<Stream> ConnectAsync(Uri url, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(url.DnsSafeHost, url.Port), stop).AsTask().WaitAsync(ConnectTimeout, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception unreachable)
        {
            socket.Dispose();
            if (unreachable is TimeoutException)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            throw;
        }
    }
}
