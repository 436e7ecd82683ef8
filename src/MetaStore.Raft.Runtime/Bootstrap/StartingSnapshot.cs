using MetaStore.Raft.Runtime.Native;
using MetaStore.Raft.Runtime.Snapshots;
using MetaStore.Raft.Runtime.Storage;
using MetaStore.Raft.Runtime.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>The snapshot that a node's state begins with, and the log as it goes on from there.</summary>
/// <param name="File">Verified from its first byte to its last.</param>
/// <param name="Recovery">The log; its marker is the snapshot.</param>
/// <param name="Note">What an operator should know, in one line; null when the newest snapshot was whole.</param>
public sealed record StartingSnapshot(SnapshotFile File, WalRecovery Recovery, string? Note)
{
    /// <summary>Finds it: the snapshot that the log's newest marker names or, when that one is damaged, an older one that the log reaches back to.</summary>
    /// <param name="store">The snapshots.</param>
    /// <param name="recovery">What the log held; has a marker.</param>
    /// <remarks>Nothing is lost by going further back: the log holds everything in between. The damaged file is kept under another name.</remarks>
    /// <exception cref="SnapshotCorruptException">The newest is damaged, and no older one and the log make up for it (66).</exception>
    /// <exception cref="StorageException">The newest is not there (67).</exception>
    public static StartingSnapshot Find(SnapshotStore store, WalRecovery recovery)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(recovery);
        var marker = recovery.Marker ?? throw new ArgumentException("the log names no snapshot", nameof(recovery));
        if (!store.List().Contains(marker.Index))
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory, $"the log begins behind index {marker.Index}, and the snapshot of that index is not there");
        }

        var file = store.OpenNewest(walFirstIndex: recovery.FirstIndex, notBeyond: marker.Index)!;
        if (file.Metadata.Index == marker.Index)
        {
            return new StartingSnapshot(file, recovery, Note: null);
        }

        var aside = store.SetAside(marker.Index);
        return new StartingSnapshot(
            file,
            recovery.GoingOnFrom(file.Metadata),
            $"the snapshot of index {marker.Index} is damaged and kept as {aside}; the snapshot of index {file.Metadata.Index} and the log from there stand in for it");
    }
}
