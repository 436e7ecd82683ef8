namespace MetaStore.Server.Configuration.Options;

/// <summary>Everything a node can be told at start. Filled by <see cref="ConfigurationLoader"/>; read-only by custom afterwards.</summary>
public sealed class MetaStoreOptions
{
    /// <summary>Identity and addresses.</summary>
    public MemberOptions Member { get; } = new();

    /// <summary>TLS on the client port.</summary>
    public TlsOptions Tls { get; } = new();

    /// <summary>First membership.</summary>
    public ClusterOptions Cluster { get; } = new();

    /// <summary>Raft timing and snapshots.</summary>
    public ConsensusOptions Consensus { get; } = new();

    /// <summary>Write batching.</summary>
    public BatchOptions Batch { get; } = new();

    /// <summary>Back-pressure.</summary>
    public AdmissionOptions Admission { get; } = new();

    /// <summary>Engine and quota.</summary>
    public StorageOptions Storage { get; } = new();

    /// <summary>Compaction without being asked, and checks.</summary>
    public UpkeepOptions Upkeep { get; } = new();

    /// <summary>Limits per request and connection.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Watches.</summary>
    public WatchOptions Watch { get; } = new();

    /// <summary>The web page.</summary>
    public DashboardOptions Dashboard { get; } = new();

    /// <summary>Logs and metrics.</summary>
    public LoggingOptions Logging { get; } = new();
}
