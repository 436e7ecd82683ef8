namespace MetaStore.Server.Configuration.Options;

/// <summary>Storage of the state and the log.</summary>
public sealed class StorageOptions
{
    /// <summary>"memory" or "rocksdb". Default "memory".</summary>
    public string Engine { get; set; } = "memory";

    /// <summary>RocksDB: size of the block cache in bytes. 8 MiB to 1 TiB, default 512 MiB.</summary>
    public long RocksDbBlockCacheBytes { get; set; } = 512L << 20;

    /// <summary>RocksDB: size of the write buffer in bytes, roughly also the log that is kept. 1 MiB to 4 GiB, default 64 MiB.</summary>
    public long RocksDbWriteBufferBytes { get; set; } = 64L << 20;

    /// <summary>RocksDB: compression of its files: none, snappy, lz4, zstd. Default "zstd".</summary>
    public string RocksDbCompression { get; set; } = "zstd";

    /// <summary>RocksDB: threads for flushes and compactions. 2 to 64, default 2.</summary>
    public int RocksDbBackgroundJobs { get; set; } = 2;

    /// <summary>Size of a log file in bytes, the unit of log compaction; rounded down to 4 KiB. 64 KiB to 512 MiB, default 64 MiB.</summary>
    public long WalSegmentBytes { get; set; } = 64L << 20;

    /// <summary>Bytes the store may hold before the NOSPACE alarm; 0 = 2 GiB, negative = no limit. Default 0.</summary>
    public long QuotaBytes { get; set; }

    /// <summary>End this member's NOSPACE alarm when at most 80 % of the quota is used and the disk has space. Default false: an operator ends it, as with etcd.</summary>
    public bool AutoDisarmNoSpace { get; set; }

    /// <summary>Snapshot files kept; 0 = all. 0 to 1,000,000, default 5.</summary>
    public int MaxSnapshots { get; set; } = 5;

    /// <summary>Compact the engine's files at startup when that would free at least this many MiB; 0 (the default) = never.</summary>
    public long BootstrapDefragThresholdMegabytes { get; set; }

    /// <summary>Keep the process in memory with mlockall. Default false.</summary>
    public bool MemoryMlock { get; set; }

    /// <summary>Skip every fsync: an acknowledged write does not survive a power cut. Tests and measurements only. Default false.</summary>
    public bool UnsafeNoFsync { get; set; }

    /// <summary>The quota that is reported and enforced; 0 when there is none.</summary>
    public long EffectiveQuotaBytes => QuotaBytes switch
    {
        0 => 2L << 30,
        < 0 => 0,
        _ => QuotaBytes,
    };
}
