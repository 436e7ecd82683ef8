using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime;

/// <summary>What the node needs of the snapshot files.</summary>
internal interface INodeSnapshots
{
    /// <summary>Opens a snapshot for sending. Any thread.</summary>
    /// <returns>Null when it is not there (any more).</returns>
    Stream? Open(SnapshotMetadata snapshot);

    /// <summary>True when its file is there.</summary>
    bool Has(SnapshotMetadata snapshot);

    /// <summary>Takes a snapshot in, verifies it and makes it durable. Any thread, one at a time.</summary>
    /// <returns>Null when all is well, otherwise why it was refused.</returns>
    string? Receive(SnapshotMetadata snapshot, Stream body, long length);

    /// <summary>Where the file of a snapshot is.</summary>
    string PathOf(SnapshotMetadata snapshot);

    /// <summary>Deletes all but the newest <paramref name="keep"/> of those before an index.</summary>
    void DeleteOlder(ulong before, int keep);
}
