using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>The journal's record of one segment file.</summary>
internal sealed class WalSegment(string path, SegmentHeader header)
{
    internal string Path { get; } = path;

    internal SegmentHeader Header { get; } = header;

    /// <summary>Highest entry index ever written into it, 0 if none.</summary>
    internal ulong HighestIndex { get; set; }

    /// <summary>Frames in it, not counting the seal.</summary>
    internal ulong FrameCount { get; set; }
}
