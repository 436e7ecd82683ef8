namespace MetaStore.Batching.Compression;

/// <summary>One way to pack a payload. Thread-safe and without state.</summary>
internal interface IBatchCompressor
{
    /// <summary>Most bytes that one packed byte can stand for, by the format. What claims more is no such payload.</summary>
    int MostPerByte { get; }

    /// <summary>Packs <paramref name="plain"/>.</summary>
    /// <returns>Bytes written to <paramref name="packed"/>, or -1 when they do not fit.</returns>
    int Pack(ReadOnlySpan<byte> plain, Span<byte> packed);

    /// <summary>Unpacks into exactly the size that was packed.</summary>
    /// <returns>False when the input is corrupt or does not fill <paramref name="plain"/> to the last byte. Never writes beyond it.</returns>
    bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> plain);
}
