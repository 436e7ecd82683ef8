using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Server.Apply;

/// <summary>One thing for the apply thread: committed entries, a snapshot that replaces the state, or the wish for a snapshot.</summary>
/// <param name="Committed">Entries, or null.</param>
/// <param name="Snapshot">Snapshot to install, or null.</param>
/// <param name="Wanted">Is given the task that makes a snapshot of the state as it is then, or null.</param>
/// <param name="Taken">Which files of an engine the follower takes for whom it is wanted.</param>
internal readonly record struct ApplyWork(
    CommittedBatch? Committed, SnapshotMetadata? Snapshot, TaskCompletionSource<Task<SnapshotMetadata?>>? Wanted = null, string Taken = "");
