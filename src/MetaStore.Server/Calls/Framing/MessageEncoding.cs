using System.Buffers;
using System.IO.Compression;

using Grpc.Core;

namespace MetaStore.Server.Calls.Framing;

/// <summary>gzip for messages. Inflating never holds more than the limit, whatever the compressed bytes promise.</summary>
internal static class MessageEncoding
{
    public const string Identity = "identity";
    public const string Gzip = "gzip";

    private const int FirstBufferBytes = 16 * 1024;

    /// <summary>Whether messages of this encoding can be read. Null stands for an absent header.</summary>
    public static bool IsKnown(string? encoding) => encoding is null or Identity or Gzip or "";

    /// <summary>Whether the encoding allows the compressed flag.</summary>
    public static bool IsCompressing(string? encoding) => encoding == Gzip;

    /// <summary>Inflates one message.</summary>
    /// <returns>OK and the bytes in <paramref name="inflated"/>, or what is wrong.</returns>
    public static Status TryInflate(ReadOnlySequence<byte> compressed, int maxBytes, out ReadOnlySequence<byte> inflated)
    {
        inflated = default;
        using var source = new MemoryStream(compressed.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var buffer = new byte[Math.Min(FirstBufferBytes, maxBytes + 1)];
        var length = 0;
        try
        {
            for (int read; (read = gzip.Read(buffer, length, buffer.Length - length)) > 0;)
            {
                length += read;
                if (length > maxBytes)
                {
                    return FrameErrors.TooLargeInflated(maxBytes);
                }

                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, maxBytes + 1L));
                }
            }
        }
        catch (InvalidDataException e)
        {
            return FrameErrors.BadCompression(e.Message);
        }

        // .NET treats an input that ends inside the deflate data as an ordinary end; a member always has 8 trailing bytes,
        // of which the last four are the inflated length, and they must agree.
        if (compressed.Length < 18 || !LengthAgrees(compressed, length))
        {
            return FrameErrors.BadCompression("unexpected EOF");
        }

        inflated = new ReadOnlySequence<byte>(buffer, 0, length);
        return Status.DefaultSuccess;
    }

    private static bool LengthAgrees(in ReadOnlySequence<byte> compressed, int length)
    {
        Span<byte> tail = stackalloc byte[4];
        compressed.Slice(compressed.Length - 4).CopyTo(tail);
        return BitConverter.ToUInt32(tail) == (uint)length;
    }
}
