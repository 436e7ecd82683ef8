using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Configuration.Options.Tracing;

namespace MetaStore.Server.Configuration.Options;

/// <summary>All settings of a node. Filled by <see cref="ConfigurationLoader"/>; not changed afterwards.</summary>
public sealed class MetaStoreOptions
{
    /// <summary>Identity and addresses.</summary>
    public MemberOptions Member { get; } = new();

    /// <summary>TLS on the client port.</summary>
    public TlsOptions Tls { get; } = new();

    /// <summary>TLS and proofs between members.</summary>
    public PeerTlsOptions PeerTls { get; } = new();

    /// <summary>Initial membership.</summary>
    public ClusterOptions Cluster { get; } = new();

    /// <summary>Raft timing and snapshots.</summary>
    public ConsensusOptions Consensus { get; } = new();

    /// <summary>Write batching.</summary>
    public BatchOptions Batch { get; } = new();

    /// <summary>Back-pressure.</summary>
    public AdmissionOptions Admission { get; } = new();

    /// <summary>Engine and quota.</summary>
    public StorageOptions Storage { get; } = new();

    /// <summary>Automatic compaction and consistency checks.</summary>
    public UpkeepOptions Upkeep { get; } = new();

    /// <summary>Limits per request and connection.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Watches.</summary>
    public WatchOptions Watch { get; } = new();

    /// <summary>The dashboard.</summary>
    public DashboardOptions Dashboard { get; } = new();

    /// <summary>Users, passwords and tokens.</summary>
    public AuthOptions Auth { get; } = new();

    /// <summary>Logs and metrics.</summary>
    public LoggingOptions Logging { get; } = new();

    /// <summary>Traces by OpenTelemetry.</summary>
    public TracingOptions Tracing { get; } = new();
}
