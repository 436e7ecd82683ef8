namespace MetaStore.Server.Configuration.Options;

/// <summary>Limits per request and connection. Defaults are etcd's.</summary>
public sealed class LimitOptions
{
    /// <summary>Bytes of an encoded write. 1 KiB to 16,777,205 (the limit of a log entry), default 1.5 MiB.</summary>
    public long MaxRequestBytes { get; set; } = 1_572_864;

    /// <summary>Memory for responses until their clients have received them, in total. 0 = a quarter of the available memory. Default 0.</summary>
    public long ResponseBytesTotal { get; set; }

    /// <summary>Operations of a transaction, including nested ones. 1 to 1,000,000, default 128.</summary>
    public int MaxTxnOps { get; set; } = 128;

    /// <summary>Streams a client may open on one connection. Default 4,294,967,295.</summary>
    public long MaxConcurrentStreams { get; set; } = uint.MaxValue;

    /// <summary>Client connections, including plain HTTP; further ones are closed at once. Default 0: as many as descriptors and memory allow.</summary>
    public long MaxClientConnections { get; set; }

    /// <summary>Shortest time between a client's pings. Default 5 s.</summary>
    public TimeSpan KeepAliveMinTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between the server's own pings; 0 = never. Default 2 h.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long to wait for a ping's acknowledgement. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Committed but unapplied entries above which proposals are rejected. 1 to 1,000,000, default 5,000.</summary>
    public int MaxApplyBacklog { get; set; } = 5_000;

    /// <summary>Serve grpc.reflection (v1 and v1alpha), so that tools can list services. Default false: etcd has none.</summary>
    public bool EnableReflection { get; set; }

    /// <summary>Origins that browsers may call the gateway from; "*" = all, the default.</summary>
    public string[] Cors { get; set; } = ["*"];

    /// <summary>Host names that HTTP requests may name; "*" = all, the default.</summary>
    public string[] HostWhitelist { get; set; } = ["*"];

    /// <summary>Listen with SO_REUSEPORT. Default false.</summary>
    public bool SocketReusePort { get; set; }

    /// <summary>Serve the JSON gateway on <c>/v3/...</c> of the client port. Default true.</summary>
    public bool EnableGateway { get; set; } = true;
}
