using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime;

namespace MetaStore.Server.Applying;

/// <summary>One thing for the apply thread: committed entries, or a snapshot that replaces the state.</summary>
/// <param name="Committed">Entries, or null.</param>
/// <param name="Snapshot">Snapshot to install, or null.</param>
internal readonly record struct ApplyWork(CommittedBatch? Committed, SnapshotMetadata? Snapshot);
