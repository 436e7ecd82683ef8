using K4os.Compression.LZ4;

namespace MetaStore.Batching.Compression;

/// <summary>LZ4 raw blocks, at the fastest level.</summary>
internal sealed class Lz4Compressor : IBatchCompressor
{
    /// <inheritdoc/>
    /// <remarks>A byte of a match length adds 255 (LZ4 block format).</remarks>
    public int MostPerByte => 255;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        int length = LZ4Codec.Encode(plain, packed, LZ4Level.L00_FAST);
        return length > 0 ? length : -1;
    }

    /// <inheritdoc/>
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain) => LZ4Codec.Decode(packed, plain) == plain.Length;
}
