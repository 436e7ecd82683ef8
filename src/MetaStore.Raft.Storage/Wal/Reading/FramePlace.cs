using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Reading;

/// <summary>The frame that holds an entry of the log.</summary>
/// <param name="Segment">Its segment.</param>
/// <param name="Offset">Offset of the frame in the segment, in bytes.</param>
/// <param name="End">Entries from this index on are in a later frame, which replaced those that this one may hold.</param>
internal readonly record struct FramePlace(WalSegment Segment, long Offset, ulong End);
