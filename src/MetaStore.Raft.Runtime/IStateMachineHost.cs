using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime;

/// <summary>The apply side of a node: takes what the log has decided.</summary>
/// <remarks>
/// All members but the last are called by the raft thread, one at a time and in log order, and must not block: queue and return. The queue need not
/// have a bound of its own, because the node stops taking proposals while more than <see cref="RaftNodeOptions.UnappliedEntriesMax"/>
/// entries wait; report progress with <c>RaftNode.ReportApplied</c>.
/// </remarks>
public interface IStateMachineHost
{
    /// <summary>Takes the next committed entries; they are durable here and on a quorum.</summary>
    /// <remarks>After a restart everything behind the newest snapshot is handed out again: skip what was applied already.</remarks>
    void OnCommitted(CommittedBatch batch);

    /// <summary>Orders the state to be replaced by a snapshot that the leader sent.</summary>
    /// <param name="meta">Its place in the log; the next committed entry follows directly behind it.</param>
    /// <param name="file">The verified, durable snapshot file. The log's marker for it is durable as well.</param>
    /// <remarks>Queue it like a batch of entries; when it is done, report <see cref="SnapshotMetadata.Index"/> as applied.</remarks>
    void OnSnapshotInstalled(SnapshotMetadata meta, string file);

    /// <summary>Tells of a new leader or a new role of this node.</summary>
    void OnLeadership(SoftState soft, ulong term);

    /// <summary>
    /// Makes a snapshot of the state as it is now, because a follower is behind the log and no file is there for it: the log of a host whose
    /// state is durable by itself is cut without one. Any thread.
    /// </summary>
    /// <param name="taken">Which files of an engine the follower takes, as it has told; empty for none. Portable is always right.</param>
    /// <returns>The place of the snapshot that lies in the store now; null when none could be made, and the follower asks again.</returns>
    Task<SnapshotMetadata?> MakeSnapshotAsync(string taken) => Task.FromResult<SnapshotMetadata?>(null);
}
