namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>A compression is asked for whose native library is not installed: a fault of configuration, found at the start.</summary>
public sealed class CompressionUnavailableException(BatchCompression compression, string library, string package)
    : Exception($"compression {compression.ToString().ToLowerInvariant()} needs {library}, which cannot be loaded: install the Debian package {package}")
{
    /// <summary>What was asked for.</summary>
    public BatchCompression Compression { get; } = compression;
}
