using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.StateMachine;

namespace MetaStore.Server.LogCompaction;

/// <summary>Makes the state durable apart from the log, so that the log can be cut behind it; and takes over states from the leader.</summary>
/// <remarks>Thread: apply, except <see cref="Working"/>. One implementation per kind of engine: with files of its own, and without.</remarks>
internal interface ILogCompactor
{
    /// <summary>Membership as of the last entry applied; stands where the log is cut.</summary>
    ConfState ConfState { get; set; }

    /// <summary>The work in progress beside the apply thread, or a finished one.</summary>
    Task Working { get; }

    /// <summary>True when <see cref="MakeAsync"/> can give anything.</summary>
    bool MakesSnapshots { get; }

    /// <summary>Counts an entry that was applied.</summary>
    void Count(in Entry entry);

    /// <summary>Does what is due. Nothing may be unpublished.</summary>
    void CutIfDue(ReplicatedStateMachine machine, RaftNode node);

    /// <summary>Replaces the state by a snapshot from the leader.</summary>
    /// <returns>What it held.</returns>
    SnapshotBody Install(ReplicatedStateMachine machine, SnapshotMetadata snapshot);

    /// <summary>Makes a snapshot for a follower, of the state as it is now. Nothing may be unpublished.</summary>
    /// <param name="machine">The state.</param>
    /// <param name="taken">Which files of an engine the follower takes; empty for none.</param>
    /// <returns>What was made; null when it could not be, which is logged.</returns>
    Task<SnapshotMetadata?> MakeAsync(ReplicatedStateMachine machine, string taken);
}
