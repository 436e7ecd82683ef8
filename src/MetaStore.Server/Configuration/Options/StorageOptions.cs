namespace MetaStore.Server.Configuration.Options;

/// <summary>What keeps the state.</summary>
public sealed class StorageOptions
{
    /// <summary>"memory" or "rocksdb". Default "memory".</summary>
    public string Engine { get; set; } = "memory";

    /// <summary>RocksDB: bytes of blocks kept in memory. 8 MiB to 1 TiB, default 512 MiB.</summary>
    public long RocksDbBlockCacheBytes { get; set; } = 512L << 20;

    /// <summary>RocksDB: bytes gathered in memory before they are flushed, roughly also the log that is kept. 1 MiB to 4 GiB, default 64 MiB.</summary>
    public long RocksDbWriteBufferBytes { get; set; } = 64L << 20;

    /// <summary>RocksDB: compression of its files: none, snappy, lz4, zstd. Default "zstd".</summary>
    public string RocksDbCompression { get; set; } = "zstd";

    /// <summary>RocksDB: threads for flushes and compactions. 2 to 64, default 2.</summary>
    public int RocksDbBackgroundJobs { get; set; } = 2;

    /// <summary>Bytes of a file of the log, the unit in which it is cut; rounded down to 4 KiB. 64 KiB to 512 MiB, default 64 MiB.</summary>
    public long WalSegmentBytes { get; set; } = 64L << 20;

    /// <summary>Bytes the store may hold before the NOSPACE alarm; 0 = 2 GiB, negative = no limit. Default 0.</summary>
    public long QuotaBytes { get; set; }

    /// <summary>Snapshot files kept; 0 = all. 0 to 1,000,000, default 5.</summary>
    public int MaxSnapshots { get; set; } = 5;

    /// <summary>Compact the engine's files at the start when that would give back so many MiB; 0 (the default) = never.</summary>
    public long BootstrapDefragThresholdMegabytes { get; set; }

    /// <summary>Keep the process in memory with mlockall. Default false.</summary>
    public bool MemoryMlock { get; set; }

    /// <summary>Skip every fsync: an acknowledged write does not survive a power cut. Tests and measurements only. Default false.</summary>
    public bool UnsafeNoFsync { get; set; }

    /// <summary>The quota that is announced and enforced; 0 when there is none.</summary>
    public long EffectiveQuotaBytes => QuotaBytes switch
    {
        0 => 2L << 30,
        < 0 => 0,
        _ => QuotaBytes,
    };
}
