namespace MetaStore.Raft.Runtime.Batching;

/// <summary>How the payload of a wrapped batch is stored; the value is the byte in the log.</summary>
public enum BatchCompression : byte
{
    /// <summary>As it is.</summary>
    None = 0,

    /// <summary>RFC 1952.</summary>
    Gzip = 1,

    /// <summary>Snappy's raw block format; needs libsnappy1v5.</summary>
    Snappy = 2,

    /// <summary>LZ4's raw block format; needs liblz4-1.</summary>
    Lz4 = 3,

    /// <summary>One Zstandard frame; needs libzstd1.</summary>
    Zstd = 4,
}
