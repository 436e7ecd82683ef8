using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Snapshots;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>Result of receiving a snapshot from another member.</summary>
/// <param name="Metadata">From the verified, durable file; null when it was refused.</param>
/// <param name="Body">Kind of its content.</param>
/// <param name="Refusal">Why it was refused; null when it was accepted.</param>
internal sealed record ReceivedSnapshot(SnapshotMetadata? Metadata, SnapshotBody Body, string? Refusal);
