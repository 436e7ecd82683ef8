using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>Says that the snapshot of this point is durable.</summary>
/// <param name="Snapshot">The point.</param>
/// <param name="FileHash">SHA-256 of the snapshot's file, or empty.</param>
/// <param name="Carried">
/// True when it is only repeated at the start of a new segment, so that older segments can be deleted. A repeated marker never resets
/// the log.
/// </param>
internal readonly record struct MarkerRecord(SnapshotMetadata Snapshot, ReadOnlyMemory<byte> FileHash, bool Carried);
