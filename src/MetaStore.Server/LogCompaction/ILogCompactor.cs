using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Makes the state durable outside the log, so that the log can be compacted; and installs snapshots from the leader.</summary>
/// <remarks>Thread: apply, except <see cref="Working"/>. One implementation per kind of engine: with files, and without.</remarks>
internal interface ILogCompactor
{
    /// <summary>Membership at the last entry applied; recorded where the log is compacted.</summary>
    ConfState ConfState { get; set; }

    /// <summary>The background work in progress, or a completed task.</summary>
    Task Working { get; }

    /// <summary>Counts an applied entry.</summary>
    void Count(in Entry entry);

    /// <summary>Starts what is due. Everything applied must be published.</summary>
    void CutIfDue(ReplicatedStateMachine machine, RaftNode node);

    /// <summary>Replaces the state by a snapshot from the leader.</summary>
    /// <returns>The content of the snapshot.</returns>
    SnapshotBody Install(ReplicatedStateMachine machine, SnapshotMetadata snapshot);

    /// <summary>Makes a snapshot of the current state for a follower. Everything applied must be published.</summary>
    /// <param name="machine">The state.</param>
    /// <param name="taken">The engine file formats that the follower accepts; empty for none.</param>
    /// <returns>The snapshot; null when it could not be made, which is logged.</returns>
    Task<SnapshotMetadata?> MakeAsync(ReplicatedStateMachine machine, string taken);
}
