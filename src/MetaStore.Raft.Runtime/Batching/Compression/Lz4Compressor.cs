namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>LZ4 raw blocks by liblz4 (lz4.h: LZ4_compress_default, LZ4_decompress_safe).</summary>
internal sealed unsafe class Lz4Compressor : IBatchCompressor
{
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int> _compress;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int> _decompress;

    public Lz4Compressor()
    {
        NativeCodec library = new(BatchCompression.Lz4, "liblz4.so.1", "liblz4-1");
        _compress = (delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int>)library.Export("LZ4_compress_default");
        _decompress = (delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int>)library.Export("LZ4_decompress_safe");
    }

    /// <inheritdoc/>
    /// <remarks>A byte of a match length adds 255 (LZ4 block format).</remarks>
    public int MostPerByte => 255;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        fixed (byte* source = plain, target = packed)
        {
            int length = _compress(source, target, plain.Length, packed.Length);
            return length > 0 ? length : -1;
        }
    }

    /// <inheritdoc/>
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        fixed (byte* source = packed, target = plain)
        {
            return _decompress(source, target, packed.Length, plain.Length) == plain.Length;
        }
    }
}
