namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Closes a segment.</summary>
/// <param name="LastIndex">Last index of the log at that point.</param>
/// <param name="LastChain">Chain hash of the frame before the seal.</param>
/// <param name="FrameCount">Frames in the segment before the seal.</param>
internal readonly record struct SealRecord(ulong LastIndex, ulong LastChain, ulong FrameCount);
