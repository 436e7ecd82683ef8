using Snappier;

namespace MetaStore.Batching.Compression;

/// <summary>Snappy raw blocks.</summary>
internal sealed class SnappyCompressor : IBatchCompressor
{
    /// <inheritdoc/>
    /// <remarks>A copy of 64 bytes takes 3, of 11 bytes 2 (Snappy format).</remarks>
    public int MostPerByte => 32;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed) => Snappy.TryCompress(plain, packed, out int length) ? length : -1;

    /// <inheritdoc/>
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        try
        {
            return Snappy.GetUncompressedLength(packed) == plain.Length && Snappy.TryDecompress(packed, plain, out int length) && length == plain.Length;
        }
        catch (InvalidDataException)
        {
            // TryDecompress is false only for a short target; a corrupt block throws.
            return false;
        }
    }
}
