using MetaStore.Batching.Policies;

namespace MetaStore.Batching.Settings;

/// <summary>Everything that can be set about batching, also while the cluster runs. Immutable; defaults are for production.</summary>
public sealed record BatchSettings
{
    /// <summary>Hard ceiling of <see cref="MaxBatchSize"/> and of the adaptive policies: proposals in one entry.</summary>
    public const int SizeCeiling = 65_536;

    /// <summary>How size and timeout follow the load. Default dynamic.</summary>
    public BatchPolicyKind Policy { get; init; } = BatchPolicyKind.Dynamic;

    /// <summary>Dynamic: proposals per batch without load. Default 1.</summary>
    public int MinBatchSize { get; init; } = 1;

    /// <summary>Dynamic: proposals per batch at full load. Default 256.</summary>
    public int MaxBatchSize { get; init; } = 256;

    /// <summary>All policies: bytes of one entry, at most <see cref="SizeLimits.BatchBytesMax"/>; a larger single command still goes, alone. Default 1 MiB.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>Largest encoded command that is taken at all, at most <see cref="SizeLimits.CommandBytesMax"/>. Default 2 MiB: etcd's 1.5 MiB request and 512 KiB around it.</summary>
    public int MaxCommandBytes { get; init; } = 2 << 20;

    /// <summary>Dynamic: timeout without load. Default 5 ms. The adaptive policies use it as their timeout.</summary>
    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Dynamic: timeout at full load. Default 20 ms.</summary>
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Dynamic: load, 0 to 1, at which size and timeout reach half of their maximum. Default 0.7.</summary>
    public double LoadThreshold { get; init; } = 0.7;

    /// <summary>
    /// Send a batch as soon as waiting gains nothing: nothing is on its way, or fewer than <see cref="PipelineDepth"/> batches and it is
    /// large enough beside them (ADR 0021). Default true; false is the classic algorithm, for comparison.
    /// </summary>
    public bool FlushWhenIdle { get; init; } = true;

    /// <summary>With <see cref="FlushWhenIdle"/>: batches handed to Raft and not yet applied that count as a full pipeline. Default 2.</summary>
    public int PipelineDepth { get; init; } = BatchDefaults.PipelineDepth;

    /// <summary>How the payload of wrapped batches is stored. Default none.</summary>
    public BatchCompression Compression { get; init; } = BatchCompression.None;

    /// <summary>Payloads below this many bytes are not compressed. Default 1024.</summary>
    public int CompressionMinBytes { get; init; } = 1024;

    /// <summary>Of the fixed policy.</summary>
    public FixedPolicySettings Fixed { get; init; } = new();

    /// <summary>Of the throughput policy.</summary>
    public ThroughputPolicySettings Throughput { get; init; } = new();

    /// <summary>Of the target policy.</summary>
    public TargetPolicySettings Target { get; init; } = new();

    /// <summary>Faults of these settings, one sentence each, by their names in the configuration; empty when all is well.</summary>
    public IReadOnlyList<string> Validate() => BatchSettingsValidator.Validate(this);
}
