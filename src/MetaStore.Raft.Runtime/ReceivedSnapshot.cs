using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;

namespace MetaStore.Raft.Runtime;

/// <summary>What became of a snapshot that another member sent.</summary>
/// <param name="Metadata">What the verified, durable file says of itself; null when it was refused.</param>
/// <param name="Body">What it holds.</param>
/// <param name="Refusal">Why it was refused; null when it was taken.</param>
internal sealed record ReceivedSnapshot(SnapshotMetadata? Metadata, SnapshotBody Body, string? Refusal);
