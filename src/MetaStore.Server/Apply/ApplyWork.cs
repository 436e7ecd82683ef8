using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Server.Apply;

/// <summary>A work item of the apply thread: committed entries, a snapshot that replaces the state, or a request to make a snapshot.</summary>
/// <param name="Committed">Entries, or null.</param>
/// <param name="Snapshot">Snapshot to install, or null.</param>
/// <param name="Wanted">Receives the task that makes a snapshot of the state at that point, or null.</param>
/// <param name="Taken">The engine file formats that the requesting follower accepts.</param>
internal readonly record struct ApplyWork(
    CommittedBatch? Committed, SnapshotMetadata? Snapshot, TaskCompletionSource<Task<SnapshotMetadata?>>? Wanted = null, string Taken = "");
