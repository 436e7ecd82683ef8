using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace MetaStore.Server.Calls.Framing;

/// <summary>gzip of request messages for Grpc.AspNetCore: bounded, and refused in grpc-go's words. Responses are not compressed.</summary>
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
        using var compressed = new MemoryStream();
        compressedStream.CopyTo(compressed);
        Status status = MessageEncoding.TryInflate(
            new ReadOnlySequence<byte>(compressed.GetBuffer(), 0, (int)compressed.Length), maxBytes, out ReadOnlySequence<byte> inflated);
        return status.IsOK() ? new MemoryStream(inflated.ToArray(), writable: false) : throw new RpcException(status);
    }
}
