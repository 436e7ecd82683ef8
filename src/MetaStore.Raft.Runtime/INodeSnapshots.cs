using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Snapshots;

namespace MetaStore.Raft.Runtime;

/// <summary>What the node needs of the snapshot files.</summary>
internal interface INodeSnapshots
{
    /// <summary>Opens a snapshot for sending. Any thread.</summary>
    /// <param name="snapshot">Which.</param>
    /// <param name="taken">Which files of an engine the receiver has said to take; empty for none.</param>
    /// <returns>Null when it is not there (any more), or the receiver could not read it.</returns>
    OutgoingSnapshot? Open(SnapshotMetadata snapshot, string taken);

    /// <summary>True when its file is there.</summary>
    bool Has(SnapshotMetadata snapshot);

    /// <summary>Takes a snapshot in, verifies it and makes it durable. Any thread, one at a time.</summary>
    ReceivedSnapshot Receive(SnapshotMetadata snapshot, Stream container, long length);

    /// <summary>True when <see cref="Receive"/> took that snapshot in and nothing newer was installed since.</summary>
    bool IsReceived(SnapshotMetadata snapshot);

    /// <summary>Where the file of a snapshot is.</summary>
    string PathOf(SnapshotMetadata snapshot);

    /// <summary>Deletes all but the newest <paramref name="keep"/> of those before an index.</summary>
    void DeleteOlder(ulong before, int keep);
}
