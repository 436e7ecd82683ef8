using System.Buffers.Binary;
using System.IO.Compression;

using Grpc.Core;

namespace MetaStore.Server.Calls.Framing;

/// <summary>gzip for messages. Inflating never holds more than twice the limit, whatever the compressed bytes claim.</summary>
internal static class MessageEncoding
{
    public const string Identity = "identity";
    public const string Gzip = "gzip";

    /// <summary>Header and trailer of a gzip member, RFC 1952.</summary>
    private const int LeastGzipBytes = 18;

    /// <summary>Whether messages of this encoding can be read. Null stands for an absent header.</summary>
    public static bool IsKnown(string? encoding) => encoding is null or Identity or Gzip or "";

    /// <summary>Whether the encoding allows the compressed flag.</summary>
    public static bool IsCompressing(string? encoding) => encoding == Gzip;

    /// <summary>Inflates one message.</summary>
    /// <param name="compressed">The whole message.</param>
    /// <param name="maxBytes">Largest inflated size that is accepted.</param>
    /// <param name="inflated">Takes the bytes; holds what was read so far when something is wrong.</param>
    /// <returns>OK, or what is wrong.</returns>
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

        // .NET treats an input that ends inside the deflate data as an ordinary end; a member always has 8 trailing bytes,
        // of which the last four are the inflated length, and they must agree.
        return compressed.Count >= LeastGzipBytes && BinaryPrimitives.ReadUInt32LittleEndian(compressed[^4..]) == (uint)inflated.Length
            ? Status.DefaultSuccess
            : FrameErrors.BadCompression("unexpected EOF");
    }
}
