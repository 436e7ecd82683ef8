namespace MetaStore.Batching.Settings;

/// <summary>How the payload of a wrapped batch is stored; the value is the byte in the log.</summary>
public enum BatchCompression : byte
{
    /// <summary>Uncompressed.</summary>
    None = 0,

    /// <summary>RFC 1952.</summary>
    Gzip = 1,

    /// <summary>Snappy's raw block format.</summary>
    Snappy = 2,

    /// <summary>LZ4's raw block format.</summary>
    Lz4 = 3,

    /// <summary>One Zstandard frame.</summary>
    Zstd = 4,
}
