namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Constants of the log's on-disk format. Changing one makes a new format (docs/formats.md).</summary>
internal static class WalFormat
{
    /// <summary>Newest format understood, and that of new segments. Every sector of a frame has a tag, so that a file can be used again.</summary>
    internal const uint Version = 2;

    /// <summary>Sectors without tags: what was never written is zero. A segment of this format is continued in it and never used again.</summary>
    internal const uint UntaggedVersion = 1;

    /// <summary>First eight bytes of a segment: "MSWAL", two zero bytes, 1.</summary>
    internal const ulong SegmentMagic = 0x0100_004C_4157_534D;

    /// <summary>First four bytes of a frame: "MSBF".</summary>
    internal const uint FrameMagic = 0x4642_534D;

    /// <summary>Frames start at multiples of this, so that a torn one never shares a page with an older one.</summary>
    internal const int Alignment = 4096;

    /// <summary>The unit a disk writes entirely or not at all.</summary>
    internal const int SectorBytes = 512;

    internal const int SegmentHeaderBytes = 4096;
    internal const int FrameHeaderBytes = 64;
    internal const int FrameTrailerBytes = 8;

    /// <summary>Largest payload of one record.</summary>
    internal const int RecordBytesMax = 16 << 20;

    /// <summary>Largest body of one frame.</summary>
    internal const int BodyBytesMax = 64 << 20;

    /// <summary>A frame takes no further record once its body has this size; bounds buffers and the time of one sync.</summary>
    internal const int BodyBytesTarget = 8 << 20;

    /// <summary>Space reserved at the end of a segment for the seal frame.</summary>
    internal const int SealFrameBytes = Alignment;

    internal const string SegmentExtension = ".wal";
    internal const string TemporaryExtension = ".tmp";

    /// <summary>A segment that the log no longer needs and that a later one will be made of.</summary>
    internal const string SpareExtension = ".spare";

    /// <summary>Bytes a frame with that body takes on disk, with padding.</summary>
    /// <param name="bodyBytes">Length of its records.</param>
    /// <param name="tagged">True in a segment whose sectors have tags (format 2).</param>
    internal static long FrameBytes(long bodyBytes, bool tagged)
    {
        var content = FrameHeaderBytes + bodyBytes + FrameTrailerBytes;
        return tagged ? FrameSectors.StoredBytes(content) : AlignUp(content);
    }

    internal static long AlignUp(long offset) => (offset + Alignment - 1) & ~(Alignment - 1L);
}
