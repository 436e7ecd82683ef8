using System.IO.Compression;

namespace MetaStore.Batching.Compression;

/// <summary>Gzip of the base library, at its fastest level: a log entry is written once and read once.</summary>
internal sealed class GzipCompressor : IBatchCompressor
{
    /// <inheritdoc/>
    /// <remarks>258 bytes for two bits (RFC 1951).</remarks>
    public int MostPerByte => 1032;

    /// <inheritdoc/>
    public unsafe int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        if (packed.IsEmpty)
        {
            return -1;
        }

        fixed (byte* start = packed)
        {
            using BoundedTarget target = new(start, packed.Length);
            using (GZipStream gzip = new(target, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(plain);
            }

            return target.Fits ? (int)target.Length : -1;
        }
    }

    /// <inheritdoc/>
    public unsafe bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        if (packed.IsEmpty)
        {
            // There is no address to pin, and even nothing has a header in gzip.
            return false;
        }

        fixed (byte* source = packed)
        {
            using UnmanagedMemoryStream stream = new(source, packed.Length);
            using GZipStream gzip = new(stream, CompressionMode.Decompress);
            try
            {
                // Reads at most one byte more than expected: a decompression bomb is not unpacked to find its size.
                return gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false) == plain.Length && gzip.ReadByte() < 0;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }
}
