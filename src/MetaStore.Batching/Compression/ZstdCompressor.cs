using ZstdSharp;

namespace MetaStore.Batching.Compression;

/// <summary>Zstandard frames, level 1: the log waits for it.</summary>
/// <remarks>A library context serves one thread at a time and is expensive to create, so each thread keeps its own.</remarks>
internal sealed class ZstdCompressor : IBatchCompressor
{
    private const int Level = 1;

    [ThreadStatic]
    private static Compressor? _compressor;

    [ThreadStatic]
    private static Decompressor? _decompressor;

    /// <inheritdoc/>
    /// <remarks>A block of 4 bytes repeats one byte 128 KiB times (RFC 8878).</remarks>
    public int MostPerByte => 32768;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed) =>
        (_compressor ??= new Compressor(Level)).TryWrap(plain, packed, out int length) ? length : -1;

    /// <inheritdoc/>
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        try
        {
            return (_decompressor ??= new Decompressor()).TryUnwrap(packed, plain, out int length) && length == plain.Length;
        }
        catch (ZstdException)
        {
            // TryUnwrap is false only for a short target; a corrupt frame throws.
            return false;
        }
    }
}
