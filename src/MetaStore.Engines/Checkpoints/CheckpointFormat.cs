namespace MetaStore.Engines.Checkpoints;

/// <summary>Byte layout of a checkpoint, which every engine writes and reads.</summary>
/// <remarks>
/// <code>
/// header   "MSCHKPNT" u32 format u32 crc(of the 12 bytes before)
/// chunk    u32 length u32 number u32 crc(body) u32 crc(of the 12 bytes before)   body[length]
/// ...      bodies hold whole entries: u8 bucket u32 keyLength u32 valueLength key value; (bucket, key) strictly ascending
/// trailer  a chunk of length 0 with the next number, then u64 entries u64 bytes u32 crc(of the 16 bytes before)
/// </code>
/// Integers are little-endian, crc is CRC-32C, bytes counts keys and values.
/// A chunk header has its own checksum, so that a damaged length is never used. There is no hash of the whole: the snapshot
/// container around it has one, and a second pass of SHA-256 over every snapshot slowed writes down (perf/results).
/// Source: reliability specification 5.7.
/// </remarks>
internal static class CheckpointFormat
{
    internal const uint Version = 2;
    internal const int HeaderBytes = 16;
    internal const int ChunkHeaderBytes = 16;
    internal const int TrailerBytes = 8 + 8 + 4;
    internal const int EntryHeaderBytes = 1 + 4 + 4;

    /// <summary>A body is closed when it reaches this size; a larger one holds a single large entry.</summary>
    internal const int ChunkBytesTarget = 256 * 1024;

    /// <summary>Far above the largest request (1.5 MiB); a longer body is damage or an attack.</summary>
    internal const int ChunkBytesMax = 256 * 1024 * 1024;

    internal static ReadOnlySpan<byte> Magic => "MSCHKPNT"u8;
}
