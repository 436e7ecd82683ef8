using System.Buffers.Binary;
using System.IO.Compression;

using Grpc.Core;

namespace MetaStore.Server.Calls.Framing;

/// <summary>gzip for messages. Decompression never holds more than twice the limit, whatever the compressed bytes declare.</summary>
internal static class MessageEncoding
{
    public const string Identity = "identity";
    public const string Gzip = "gzip";

    /// <summary>Size of header and trailer of a gzip member, RFC 1952.</summary>
    private const int LeastGzipBytes = 18;

    /// <summary>Whether messages of this encoding can be read. Null means no header.</summary>
    public static bool IsKnown(string? encoding) => encoding is null or Identity or Gzip or "";

    /// <summary>Whether the encoding allows the compressed flag.</summary>
    public static bool IsCompressing(string? encoding) => encoding == Gzip;

    /// <summary>Decompresses one message.</summary>
    /// <param name="compressed">The whole message.</param>
    /// <param name="maxBytes">Largest decompressed size that is accepted.</param>
    /// <param name="inflated">Receives the bytes; holds what was read before an error.</param>
    /// <returns>OK, or the error.</returns>
    public static Status Inflate(ArraySegment<byte> compressed, int maxBytes, PooledBytes inflated)
    {
        using var source = new MemoryStream(compressed.Array!, compressed.Offset, compressed.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        try
        {
            if (!inflated.TryReadToEnd(gzip, maxBytes))
            {
                return FrameErrors.TooLargeInflated(maxBytes);
            }
        }
        catch (InvalidDataException e)
        {
            return FrameErrors.BadCompression(e.Message);
        }

        // .NET treats an input that ends inside the deflate data as a normal end; a member always has 8 trailing bytes, of which the last four are the
        // decompressed length, and they must agree.
        return compressed.Count >= LeastGzipBytes && BinaryPrimitives.ReadUInt32LittleEndian(compressed[^4..]) == (uint)inflated.Length
            ? Status.DefaultSuccess
            : FrameErrors.BadCompression("unexpected EOF");
    }
}
