using System.IO.Compression;

namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>Gzip by the base library, at its fastest level: a log entry is written once and read once.</summary>
internal sealed class GzipCompressor : IBatchCompressor
{
    /// <inheritdoc/>
    /// <remarks>258 bytes for two bits (RFC 1951).</remarks>
    public int MostPerByte => 1032;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        using MemoryStream target = new(packed.Length);
        using (GZipStream gzip = new(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        if (target.Length > packed.Length)
        {
            return -1;
        }

        target.GetBuffer().AsSpan(0, (int)target.Length).CopyTo(packed);
        return (int)target.Length;
    }

    /// <inheritdoc/>
    public unsafe bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        fixed (byte* source = packed)
        {
            using UnmanagedMemoryStream stream = new(source, packed.Length);
            using GZipStream gzip = new(stream, CompressionMode.Decompress);
            try
            {
                // One byte more than promised is asked for, and no more: a bomb is not unpacked to see how large it is.
                return gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false) == plain.Length && gzip.ReadByte() < 0;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }
}
