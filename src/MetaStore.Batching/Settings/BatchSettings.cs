using MetaStore.Batching.Policies;

namespace MetaStore.Batching.Settings;

/// <summary>All batching settings; they can be changed at run time. Immutable; defaults are for production.</summary>
public sealed record BatchSettings
{
    /// <summary>Upper limit of <see cref="MaxBatchSize"/> and of the adaptive policies: proposals per entry.</summary>
    public const int SizeCeiling = 65_536;

    /// <summary>How size and timeout adapt to the load. Default dynamic.</summary>
    public BatchPolicyKind Policy { get; init; } = BatchPolicyKind.Dynamic;

    /// <summary>Dynamic: proposals per batch without load. Default 1.</summary>
    public int MinBatchSize { get; init; } = 1;

    /// <summary>Dynamic: proposals per batch at full load. Default 256.</summary>
    public int MaxBatchSize { get; init; } = 256;

    /// <summary>All policies: bytes of one entry, at most <see cref="SizeLimits.BatchBytesMax"/>; a larger single command is sent alone. Default 1 MiB.</summary>
    public int MaxBatchBytes { get; init; } = 1 << 20;

    /// <summary>Largest encoded command that is accepted, at most <see cref="SizeLimits.CommandBytesMax"/>. Default 2 MiB: etcd's 1.5 MiB request plus 512 KiB.</summary>
    public int MaxCommandBytes { get; init; } = 2 << 20;

    /// <summary>Dynamic: timeout without load. Default 5 ms. The adaptive policies use it as their timeout.</summary>
    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Dynamic: timeout at full load. Default 20 ms.</summary>
    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Dynamic: load, 0 to 1, at which size and timeout reach half of their maximum. Default 0.7.</summary>
    public double LoadThreshold { get; init; } = 0.7;

    /// <summary>
    /// Send a batch as soon as waiting gains nothing: nothing is in flight, or fewer than <see cref="PipelineDepth"/> batches and it is large enough
    /// compared with them (ADR 0021). Default true; false is the classic algorithm, for comparison.
    /// </summary>
    public bool FlushWhenIdle { get; init; } = true;

    /// <summary>With <see cref="FlushWhenIdle"/>: batches proposed and not yet applied that count as a full pipeline. Default 2.</summary>
    public int PipelineDepth { get; init; } = BatchDefaults.PipelineDepth;

    /// <summary>Compression of wrapped batches. Default none.</summary>
    public BatchCompression Compression { get; init; } = BatchCompression.None;

    /// <summary>Payloads below this many bytes are not compressed. Default 1024.</summary>
    public int CompressionMinBytes { get; init; } = 1024;

    /// <summary>Settings of the fixed policy.</summary>
    public FixedPolicySettings Fixed { get; init; } = new();

    /// <summary>Settings of the throughput policy.</summary>
    public ThroughputPolicySettings Throughput { get; init; } = new();

    /// <summary>Settings of the target policy.</summary>
    public TargetPolicySettings Target { get; init; } = new();

    /// <summary>Errors in these settings, one sentence each, with the names of the configuration; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate() => BatchSettingsValidator.Validate(this);
}
