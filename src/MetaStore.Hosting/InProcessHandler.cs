using MetaStore.Server.Listening.InProcess;

namespace MetaStore.Hosting;

/// <summary>HTTP/2 to the member of this process, without a network.</summary>
internal sealed class InProcessHandler : DelegatingHandler
{
    /// <summary>Name of the member, which is not resolved.</summary>
    public static readonly Uri Address = new("http://in-process");

    private const int StreamWindowBytes = 1024 * 1024;

    public InProcessHandler(InProcessTransport transport)
        : base(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            ConnectCallback = (_, cancellation) => transport.ConnectAsync(cancellation),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
        })
    {
    }
}
