namespace MetaStore.Engines.StateFiles;

/// <summary>Byte layout of a state as engine files.</summary>
/// <remarks>
/// <code>
/// header   "MSSTFILE" u32 format u32 files  16 bytes engine, zero-padded  u32 layout u16 major u16 minor u16 patch u16 0  u32 crc(of
/// the 44 bytes before)
/// file     32 bytes name, zero-padded  u64 length  u32 number, from 0  u32 crc(of the 44 bytes before)   bytes[length]   u32 crc(bytes)
/// trailer  u64 bytes of all files  u32 crc(of the 8 bytes before); nothing follows
/// </code>
/// Integers are little-endian, crc is CRC-32C. A file's checksum follows it, so that it is read once; the header before it has its own, so
/// that a damaged name or length is never used. The container around it has a hash of the whole.
/// </remarks>
internal static class StateFilesLayout
{
    internal const uint Version = 1;
    internal const int HeaderBytes = 48;
    internal const int HeadBytes = 48;
    internal const int TrailerBytes = 12;
    internal const int SumBytes = 4;
    internal const int EngineBytes = 16;
    internal const int NameBytes = 32;

    /// <summary>Maximum number of files; far above any state: RocksDB's files are 64 MiB each.</summary>
    internal const int FilesMax = 1 << 20;

    /// <summary>Size of the blocks in memory, in bytes.</summary>
    internal const int PieceBytes = 256 << 10;

    internal static ReadOnlySpan<byte> Magic => "MSSTFILE"u8;
}
