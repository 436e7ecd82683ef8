using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Node.Committed;

namespace MetaStore.Raft.Runtime.Node;

/// <summary>The apply side of a node: receives the committed entries.</summary>
/// <remarks>
/// All members but the last are called by the raft thread, one at a time and in log order, and must not block: queue and return. The
/// queue need
/// not be bounded, because the node refuses proposals while more than <see cref="RaftNodeOptions.UnappliedEntriesMax"/> entries wait;
/// report progress with <c>RaftNode.ReportApplied</c>.
/// </remarks>
public interface IStateMachineHost
{
    /// <summary>Takes the next committed entries; they are durable here and on a quorum.</summary>
    /// <remarks>After a restart everything after the newest snapshot is handed out again: skip what was applied already.</remarks>
    void OnCommitted(CommittedBatch batch);

    /// <summary>Requests that the state be replaced by a snapshot that the leader sent.</summary>
    /// <param name="meta">Its log position; the next committed entry follows directly after it.</param>
    /// <param name="file">The verified, durable snapshot file. The log's marker for it is durable as well.</param>
    /// <remarks>Queue it like a batch of entries; when it is done, report <see cref="SnapshotMetadata.Index"/> as applied.</remarks>
    void OnSnapshotInstalled(SnapshotMetadata meta, string file);

    /// <summary>Reports a new leader or a new role of this node.</summary>
    void OnLeadership(SoftState soft, ulong term);

    /// <summary>
    /// Makes a snapshot of the present state, because a follower needs entries that are no longer in the log and there is no snapshot
    /// file: the
    /// log of a host with a durable state is truncated without one. Any thread.
    /// </summary>
    /// <param name="acceptedFormats">
    /// Which engine files the follower accepts, as it announced; empty for none. A portable snapshot is always accepted.
    /// </param>
    /// <returns>Log position of the snapshot now in the store; null when none could be made, and the follower will ask again.</returns>
    Task<SnapshotMetadata?> MakeSnapshotAsync(string acceptedFormats) => Task.FromResult<SnapshotMetadata?>(null);
}
