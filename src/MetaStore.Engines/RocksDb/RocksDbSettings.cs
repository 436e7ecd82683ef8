namespace MetaStore.Engines.RocksDb;

/// <summary>Settings of RocksDB for operators.</summary>
public sealed record RocksDbSettings
{
    /// <summary>Values of <see cref="Compression"/>.</summary>
    public static IReadOnlyList<string> Compressions { get; } = ["none", "snappy", "lz4", "zstd"];

    /// <summary>Bytes of uncompressed blocks kept in memory. Default 512 MiB; at least 8 MiB. Allocated as needed.</summary>
    public long BlockCacheBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Bytes a memtable holds before it is flushed, and with that roughly the size of the Raft log that is kept and replayed. Up to
    /// three are
    /// in memory at a time. Default 64 MiB; at least 1 MiB.
    /// </summary>
    public long WriteBufferBytes { get; init; } = 64L << 20;

    /// <summary>One of <see cref="Compressions"/>. Default "zstd"; data written once in revision order is seldom rewritten.</summary>
    public string Compression { get; init; } = "zstd";

    /// <summary>Threads for flushes and compactions together. Default 2; at least 2.</summary>
    public int BackgroundJobs { get; init; } = 2;

    /// <summary>Tables kept open, hence file descriptors. Default -1: all. RocksDB rejects numbers below 20.</summary>
    public int OpenFiles { get; init; } = -1;

    /// <summary>The library's number of <see cref="Compression"/>.</summary>
    internal int CompressionNumber => Compression switch
    {
        "none" => 0,
        "snappy" => 1,
        "lz4" => 4,
        "zstd" => 7,
        _ => throw new EngineException(
            EngineFault.WrongEngine, $"rocksdb knows no compression \"{Compression}\"; known: {string.Join(", ", Compressions)}"),
    };
}
