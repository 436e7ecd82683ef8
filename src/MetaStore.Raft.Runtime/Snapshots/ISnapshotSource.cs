using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>The node's access to snapshot files.</summary>
internal interface ISnapshotSource
{
    /// <summary>Opens a snapshot for sending. Any thread.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="acceptedFormats">Which engine files the receiver accepts, as it announced; empty for none.</param>
    /// <returns>Null when it does not exist (any more), or the receiver could not read it.</returns>
    OutgoingSnapshot? Open(SnapshotMetadata snapshot, string acceptedFormats);

    /// <summary>True when its file exists.</summary>
    bool Has(SnapshotMetadata snapshot);

    /// <summary>Receives a snapshot, verifies it and makes it durable. Any thread, one at a time.</summary>
    ReceivedSnapshot Receive(SnapshotMetadata snapshot, Stream container, long length);

    /// <summary>True when <see cref="Receive"/> stored that snapshot and nothing newer was installed since.</summary>
    bool IsReceived(SnapshotMetadata snapshot);

    /// <summary>Path of the file of a snapshot.</summary>
    string PathOf(SnapshotMetadata snapshot);

    /// <summary>Deletes all but the newest <paramref name="keep"/> of those before an index.</summary>
    void DeleteOlder(ulong before, int keep);
}
