using MetaStore.Batching.Settings;

namespace MetaStore.Batching.Compression;

/// <summary>Selects compressors.</summary>
internal static class BatchCompressors
{
    private static readonly GzipCompressor _gzip = new();
    private static readonly SnappyCompressor _snappy = new();
    private static readonly Lz4Compressor _lz4 = new();
    private static readonly ZstdCompressor _zstd = new();

    /// <summary>The compressor of a kind other than none.</summary>
    public static IBatchCompressor For(BatchCompression compression) => compression switch
    {
        BatchCompression.Gzip => _gzip,
        BatchCompression.Snappy => _snappy,
        BatchCompression.Lz4 => _lz4,
        BatchCompression.Zstd => _zstd,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "no compressor of this kind"),
    };
}
