using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace MetaStore.Server.Calls.Framing;

/// <summary>gzip of request messages for Grpc.AspNetCore: bounded, with grpc-go's error texts. Responses are not compressed.</summary>
/// <remarks>
/// Uses pooled memory: with new arrays, clients that sent only messages to be rejected caused 200 MB of garbage per second, which the collector
/// of a busy machine could not keep up with.
/// </remarks>
internal sealed class BoundedGzip(int maxBytes) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => MessageEncoding.Gzip;

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream outputStream, CompressionLevel? compressionLevel) =>
        throw new NotSupportedException("responses are not compressed");

    /// <inheritdoc/>
    /// <exception cref="RpcException">The message is not gzip, or larger than the limit.</exception>
    public Stream CreateDecompressionStream(Stream compressedStream)
    {
        using var compressed = new PooledBytes();

        // The reader of the body has checked the size of the compressed message.
        compressed.TryReadToEnd(compressedStream, int.MaxValue - 1);
        var inflated = new PooledBytes();
        Status status = MessageEncoding.Inflate(compressed.Written, maxBytes, inflated);
        if (status.IsOK())
        {
            return new PooledStream(inflated);
        }

        inflated.Dispose();
        throw new RpcException(status);
    }
}
