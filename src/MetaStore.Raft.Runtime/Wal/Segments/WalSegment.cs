using MetaStore.Raft.Runtime.Wal.Format;

namespace MetaStore.Raft.Runtime.Wal.Segments;

/// <summary>What the journal remembers of one segment file.</summary>
internal sealed class WalSegment(string path, SegmentHeader header)
{
    internal string Path { get; } = path;

    internal SegmentHeader Header { get; } = header;

    /// <summary>Highest entry index ever written into it, 0 if none.</summary>
    internal ulong HighestIndex { get; set; }

    /// <summary>Frames in it, the seal not counted.</summary>
    internal ulong FrameCount { get; set; }
}
