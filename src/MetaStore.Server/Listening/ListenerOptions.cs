using MetaStore.Server.Calls;
using MetaStore.Server.Listening.Connections;
using MetaStore.Server.Listening.InProcess;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Observability.Traces;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MetaStore.Server.Listening;

/// <summary>Settings of a <see cref="GrpcListener"/>. Read once at its start.</summary>
internal sealed class ListenerOptions
{
    /// <summary>Addresses to listen on; at least one.</summary>
    public IList<ListenerEndpoint> Endpoints { get; } = [];

    /// <summary>TLS of the endpoints; null when they are all cleartext.</summary>
    public TlsPort? Tls => Endpoints.Select(endpoint => endpoint.Tls).FirstOrDefault(tls => tls is not null);

    /// <summary>Connections from within the process, which are served too; null without.</summary>
    public InProcessTransport? InProcess { get; set; }

    /// <summary>Largest request message in bytes, compressed or not. Default 2 MiB, as etcd. Responses have no limit.</summary>
    public int MaxReceiveMessageBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Calls a client may have open on one connection. Default 65,536: watchers must not wait for a free stream.</summary>
    public int MaxStreamsPerConnection { get; set; } = 65_536;

    /// <summary>Bounds and counts the connections of all endpoints together. May be shared with other listeners. Default: no limit.</summary>
    public ConnectionLimit Connections { get; set; } = new(int.MaxValue);

    /// <summary>Bounds and counts the open calls of all endpoints together. May be shared with other listeners. Default: no limit.</summary>
    public OpenCalls Calls { get; set; } = new(int.MaxValue);

    /// <summary>Bounds the memory of calls whose message has not arrived. May be shared with other listeners. Default: 128 MiB.</summary>
    public UnreadCalls Unread { get; set; } = new(128L << 20);

    /// <summary>Idle time after which the server pings a client. Default 2 h.</summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long to wait for a ping's acknowledgement before the connection is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Minimum interval of a client's pings with a call in progress; without one it is 2 h. A client that pings more often is sent GOAWAY.
    /// Default 5 min, grpc-go's.
    /// </summary>
    public TimeSpan ClientPingMinTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection without open calls or requests is kept. Default 1 h.</summary>
    public TimeSpan IdleConnectionTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a new connection may take to send its first bytes, and a request to send its headers. Default 10 s.</summary>
    public TimeSpan FirstBytesTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest total of request headers in bytes. Default 16 KiB.</summary>
    public int MaxRequestHeadersBytes { get; set; } = 16 * 1024;

    /// <summary>Maximum number of request headers. Default 64.</summary>
    public int MaxRequestHeaderCount { get; set; } = 64;

    /// <summary>HTTP/2 receive window of a connection in bytes. Default 4 MiB.</summary>
    public int ConnectionWindowBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>HTTP/2 receive window of a call in bytes. Default 1 MiB.</summary>
    public int StreamWindowBytes { get; set; } = 1024 * 1024;

    /// <summary>A check before every call; default none.</summary>
    public ICallGate? Gate { get; set; }

    /// <summary>Observes calls and messages; default none.</summary>
    public ICallObserver? Observer { get; set; }

    /// <summary>Traces calls; default none.</summary>
    public CallTraces? Traces { get; set; }

    /// <summary>Hook to override options of the socket transport, for benchmarks.</summary>
    public Action<SocketTransportOptions>? ConfigureTransport { get; set; }

    /// <summary>Hook to override Kestrel's own options.</summary>
    public Action<KestrelServerOptions>? ConfigureKestrel { get; set; }
}
