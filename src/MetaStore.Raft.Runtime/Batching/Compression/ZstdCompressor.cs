namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>Zstandard frames by libzstd (zstd.h, simple API), level 1: the log waits for it.</summary>
internal sealed unsafe class ZstdCompressor : IBatchCompressor
{
    private const int Level = 1;

    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint> _compress;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, nuint> _decompress;
    private readonly delegate* unmanaged[Cdecl]<nuint, uint> _isError;

    public ZstdCompressor()
    {
        NativeCodec library = new(BatchCompression.Zstd, "libzstd.so.1", "libzstd1");
        _compress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, nuint>)library.Export("ZSTD_compress");
        _decompress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, nuint>)library.Export("ZSTD_decompress");
        _isError = (delegate* unmanaged[Cdecl]<nuint, uint>)library.Export("ZSTD_isError");
    }

    /// <inheritdoc/>
    /// <remarks>A block of 4 bytes repeats one byte 128 KiB times (RFC 8878).</remarks>
    public int MostPerByte => 32768;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        fixed (byte* source = plain, target = packed)
        {
            nuint length = _compress(target, (nuint)packed.Length, source, (nuint)plain.Length, Level);
            return _isError(length) == 0 ? (int)length : -1;
        }
    }

    /// <inheritdoc/>
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        fixed (byte* source = packed, target = plain)
        {
            nuint length = _decompress(target, (nuint)plain.Length, source, (nuint)packed.Length);
            return _isError(length) == 0 && length == (nuint)plain.Length;
        }
    }
}
