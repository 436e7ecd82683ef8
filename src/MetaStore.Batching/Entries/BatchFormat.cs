namespace MetaStore.Batching.Entries;

/// <summary>The layout of a normal log entry's data, byte by byte. All integers are little-endian.</summary>
/// <remarks>
/// <code>
/// proposal: 0x50 | u8 version | u64 member | u64 id       | command
/// batch:    0xB5 | u8 version | u8 compression | u64 member | u64 first id | u32 count | payload
/// payload:  count times (u32 length | command); compressed: u32 unpacked length | packed bytes
/// </code>
/// These numbers are part of the on-disk format: change one only together with the version.
/// </remarks>
internal static class BatchFormat
{
    public const byte ProposalKind = 0x50;
    public const byte BatchKind = 0xB5;
    public const byte Version = 1;

    public const int ProposalHeaderBytes = 1 + 1 + 8 + 8;
    public const int BatchHeaderBytes = 1 + 1 + 1 + 8 + 8 + 4;
    public const int LengthBytes = 4;
    public const int UnpackedLengthBytes = 4;

    /// <summary>Space reserved before the first command; enough for either header, which is chosen at the flush.</summary>
    public const int Headroom = BatchHeaderBytes + LengthBytes;
}
