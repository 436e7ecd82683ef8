namespace MetaStore.Engines.StateFiles;

/// <summary>The bytes of a state as files of its engine.</summary>
/// <remarks>
/// <code>
/// header   "MSSTFILE" u32 format u32 files  16 bytes engine, zeros behind  u32 layout u16 major u16 minor u16 patch u16 0  u32 crc(of the 44 bytes before)
/// file     32 bytes name, zeros behind  u64 length  u32 number, from 0  u32 crc(of the 44 bytes before)   bytes[length]   u32 crc(bytes)
/// trailer  u64 bytes of all files  u32 crc(of the 8 bytes before); nothing follows
/// </code>
/// Integers are little-endian, crc is CRC-32C. A file's sum stands behind it, so that it is read once; the head in front has its own, so that
/// a damaged name or length is never believed. The container around it has a hash of the whole.
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

    /// <summary>Files of one state, far above any: RocksDB's are 64 MiB each.</summary>
    internal const int FilesMax = 1 << 20;

    /// <summary>Bytes in memory at a time.</summary>
    internal const int PieceBytes = 256 << 10;

    internal static ReadOnlySpan<byte> Magic => "MSSTFILE"u8;
}
