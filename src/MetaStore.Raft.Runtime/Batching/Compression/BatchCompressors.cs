namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>Finds the compressor of a kind, and says which can be had on this machine.</summary>
public static class BatchCompressors
{
    private static readonly Lazy<IBatchCompressor> _gzip = new(() => new GzipCompressor());
    private static readonly Lazy<IBatchCompressor> _snappy = new(() => new SnappyCompressor());
    private static readonly Lazy<IBatchCompressor> _lz4 = new(() => new Lz4Compressor());
    private static readonly Lazy<IBatchCompressor> _zstd = new(() => new ZstdCompressor());

    /// <summary>Loads what <paramref name="compression"/> needs, so that a missing library stops the start and not the first batch.</summary>
    /// <exception cref="CompressionUnavailableException">The native library is not installed; the message names its package.</exception>
    public static void EnsureAvailable(BatchCompression compression)
    {
        if (compression != BatchCompression.None)
        {
            For(compression);
        }
    }

    /// <summary>The compressor of a kind other than none.</summary>
    internal static IBatchCompressor For(BatchCompression compression) => compression switch
    {
        BatchCompression.Gzip => _gzip.Value,
        BatchCompression.Snappy => _snappy.Value,
        BatchCompression.Lz4 => _lz4.Value,
        BatchCompression.Zstd => _zstd.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "no compressor of this kind"),
    };
}
