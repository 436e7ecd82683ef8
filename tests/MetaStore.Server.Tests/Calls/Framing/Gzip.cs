using System.IO.Compression;

namespace MetaStore.Server.Tests.Calls.Framing;

/// <summary>Compresses messages as clients do.</summary>
internal static class Gzip
{
    public static byte[] Compress(ReadOnlySpan<byte> message)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(message);
        }

        return target.ToArray();
    }
}
