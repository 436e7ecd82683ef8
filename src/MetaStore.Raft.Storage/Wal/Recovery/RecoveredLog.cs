using MetaStore.Raft.Storage.Wal.Reading;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Result of reading all segments: content of the log, and where writing continues.</summary>
/// <param name="Replay">State after the last record.</param>
/// <param name="Segments">Oldest first; the last one is written next. At least one.</param>
/// <param name="Places">The frames of the entries.</param>
/// <param name="EndOffset">Offset of the next frame in the last segment.</param>
/// <param name="NextSequence">Its sequence.</param>
/// <param name="Chain">Chain hash of the last frame.</param>
/// <param name="RepairNote">What was repaired, or null.</param>
internal sealed record RecoveredLog(
    LogReplay Replay, List<WalSegment> Segments, FramePlaces Places, long EndOffset, ulong NextSequence, ulong Chain, string? RepairNote);
