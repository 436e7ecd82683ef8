using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>A snapshot that is open for sending.</summary>
/// <param name="Container">The file; the receiver of this record disposes it.</param>
/// <param name="Body">Kind of its content.</param>
internal sealed record OutgoingSnapshot(Stream Container, SnapshotBody Body);
