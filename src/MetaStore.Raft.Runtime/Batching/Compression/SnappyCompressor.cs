using System.Buffers;

namespace MetaStore.Raft.Runtime.Batching.Compression;

/// <summary>Snappy raw blocks by libsnappy's C binding (snappy-c.h); status 0 is success.</summary>
internal sealed unsafe class SnappyCompressor : IBatchCompressor
{
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint*, int> _compress;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint*, int> _uncompress;
    private readonly delegate* unmanaged[Cdecl]<nuint, nuint> _bound;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, nuint*, int> _plainLength;

    public SnappyCompressor()
    {
        NativeCodec library = new(BatchCompression.Snappy, "libsnappy.so.1", "libsnappy1v5");
        _compress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint*, int>)library.Export("snappy_compress");
        _uncompress = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint*, int>)library.Export("snappy_uncompress");
        _bound = (delegate* unmanaged[Cdecl]<nuint, nuint>)library.Export("snappy_max_compressed_length");
        _plainLength = (delegate* unmanaged[Cdecl]<byte*, nuint, nuint*, int>)library.Export("snappy_uncompressed_length");
    }

    /// <inheritdoc/>
    /// <remarks>A copy of 64 bytes takes 3, of 11 bytes 2 (Snappy format).</remarks>
    public int MostPerByte => 32;

    /// <inheritdoc/>
    public int Pack(ReadOnlySpan<byte> plain, Span<byte> packed)
    {
        // Snappy refuses a target below its worst case, so it packs beside and only what shrank is copied.
        byte[] scratch = ArrayPool<byte>.Shared.Rent((int)_bound((nuint)plain.Length));
        try
        {
            nuint length = (nuint)scratch.Length;
            fixed (byte* source = plain, target = scratch)
            {
                if (_compress(source, (nuint)plain.Length, target, &length) != 0 || length > (nuint)packed.Length)
                {
                    return -1;
                }
            }

            scratch.AsSpan(0, (int)length).CopyTo(packed);
            return (int)length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <inheritdoc/>
    public bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain)
    {
        fixed (byte* source = packed, target = plain)
        {
            nuint length;
            if (_plainLength(source, (nuint)packed.Length, &length) != 0 || length != (nuint)plain.Length)
            {
                return false;
            }

            return _uncompress(source, (nuint)packed.Length, target, &length) == 0 && length == (nuint)plain.Length;
        }
    }
}
