using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace MetaStore.Server.Calls.Framing;

/// <summary>gzip of request messages for Grpc.AspNetCore: bounded, and refused in grpc-go's words. Responses are not compressed.</summary>
/// <remarks>
/// Works in pooled memory: with arrays of its own, clients that sent nothing but messages to be refused made 200 MB of garbage per second,
/// and the collector of a busy machine did not keep up.
/// </remarks>
internal sealed class BoundedGzip(int maxBytes) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => MessageEncoding.Gzip;

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream outputStream, CompressionLevel? compressionLevel) =>
        throw new NotSupportedException("responses are not compressed");

    /// <inheritdoc/>
    /// <exception cref="RpcException">The message is no gzip, or larger than the limit.</exception>
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
