namespace MetaStore.Batching.Compression;

/// <summary>A compression algorithm. Thread-safe and stateless.</summary>
internal interface IBatchCompressor
{
    /// <summary>Largest number of bytes that one compressed byte can represent in the format. A payload that claims more is invalid.</summary>
    int MostPerByte { get; }

    /// <summary>Compresses <paramref name="plain"/>.</summary>
    /// <returns>Bytes written to <paramref name="packed"/>, or -1 when they do not fit.</returns>
    int Pack(ReadOnlySpan<byte> plain, Span<byte> packed);

    /// <summary>Decompresses into exactly the original size.</summary>
    /// <returns>False when the input is corrupt or does not fill <paramref name="plain"/> exactly. Never writes beyond it.</returns>
    bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain);
}
