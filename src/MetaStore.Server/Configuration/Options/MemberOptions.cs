using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Configuration.Options;

/// <summary>Identity and addresses of this node.</summary>
public sealed class MemberOptions
{
    /// <summary>Name of this member in <c>initial-cluster</c>. Default "default".</summary>
    public string Name { get; set; } = "default";

    /// <summary>Directory of log, snapshots and engine files. Empty (the default) means "{name}.metastore" in the working directory.</summary>
    public string DataDir { get; set; } = "";

    /// <summary>Directory of the log when it is not in the data directory; fixed when the member is created. Empty (the default) means "{data-dir}/wal".</summary>
    public string WalDir { get; set; } = "";

    /// <summary>More addresses for clients; each serves gRPC and HTTP, like all client addresses. Default none.</summary>
    public EndpointUrl[] ListenClientHttpUrls { get; set; } = [];

    /// <summary>Addresses for clients (gRPC and HTTP on one port). Default http://localhost:2379.</summary>
    public EndpointUrl[] ListenClientUrls { get; set; } = [EndpointUrl.Of("http://localhost:2379")];

    /// <summary>Addresses for the other members. Default http://localhost:2380.</summary>
    public EndpointUrl[] ListenPeerUrls { get; set; } = [EndpointUrl.Of("http://localhost:2380")];

    /// <summary>Addresses for /metrics, /health, /livez and /readyz only, in addition to the client addresses. Default none.</summary>
    public EndpointUrl[] ListenMetricsUrls { get; set; } = [];

    /// <summary>Client addresses announced to the cluster. Default http://localhost:2379.</summary>
    public EndpointUrl[] AdvertiseClientUrls { get; set; } = [EndpointUrl.Of("http://localhost:2379")];

    /// <summary>The data directory with the default filled in.</summary>
    public string EffectiveDataDir => DataDir.Length > 0 ? DataDir : Name + ".metastore";
}
