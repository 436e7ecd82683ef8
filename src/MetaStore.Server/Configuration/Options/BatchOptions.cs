namespace MetaStore.Server.Configuration.Options;

/// <summary>How concurrent writes are gathered into log entries. Every value can also be changed while the node runs.</summary>
public sealed class BatchOptions
{
    /// <summary>False makes every proposal its own log entry, whatever the policy. Default true.</summary>
    public bool Enable { get; set; } = true;

    /// <summary>"dynamic", "fixed", "throughput", "target" or "off". Default "dynamic".</summary>
    public string Policy { get; set; } = "dynamic";

    /// <summary>Proposals per entry when idle. 1 to 65,536, default 1.</summary>
    public int MinBatchSize { get; set; } = 1;

    /// <summary>Proposals per entry under full load. 1 to 65,536, default 256.</summary>
    public int MaxBatchSize { get; set; } = 256;

    /// <summary>Bytes per entry that close a batch. 1 KiB to 16 MiB, default 1 MiB.</summary>
    public long MaxBatchBytes { get; set; } = 1 << 20;

    /// <summary>Longest wait when idle. 10 us to 10 s, default 5 ms.</summary>
    public TimeSpan MinTimeout { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Longest wait under full load. 10 us to 10 s, default 20 ms.</summary>
    public TimeSpan MaxTimeout { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Load (0 to 1) from which batches grow past half their maximum. Default 0.7.</summary>
    public double LoadThreshold { get; set; } = 0.7;

    /// <summary>Send at once while fewer batches than <see cref="PipelineDepth"/> are in flight. Default true.</summary>
    public bool FlushWhenIdle { get; set; } = true;

    /// <summary>Batches between propose and commit below which waiting buys nothing. 1 to 1024, default 2.</summary>
    public int PipelineDepth { get; set; } = 2;

    /// <summary>"none", "gzip", "snappy", "lz4" or "zstd". Default "none".</summary>
    public string Compression { get; set; } = "none";

    /// <summary>Batches below this many bytes stay uncompressed. Default 1024.</summary>
    public long CompressionMinBytes { get; set; } = 1024;

    /// <summary>Size of the "fixed" policy. 1 to 65,536, default 100.</summary>
    public int FixedSize { get; set; } = 100;

    /// <summary>Timeout of the "fixed" policy. 10 us to 10 s, default 5 ms.</summary>
    public TimeSpan FixedTimeout { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Ceiling of the "throughput" policy. 16 to 65,536, default 10,000.</summary>
    public int AdaptiveMaxSize { get; set; } = 10_000;
}
