using MetaStore.IO;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Runtime.Bootstrap;

/// <summary>The snapshot that a node starts from, and the log after it.</summary>
/// <param name="File">Fully verified.</param>
/// <param name="Recovery">The log; its marker is the snapshot.</param>
/// <param name="Note">One line for the operator; null when the newest snapshot was intact.</param>
public sealed record StartingSnapshot(SnapshotFile File, WalRecovery Recovery, string? Note)
{
    /// <summary>
    /// Finds the snapshot that the log's newest marker names or, if that one is damaged, an older one that the log reaches back
    /// to.
    /// </summary>
    /// <param name="store">The snapshots.</param>
    /// <param name="recovery">Content of the log; has a marker.</param>
    /// <remarks>
    /// Nothing is lost by starting from an older one: the log holds everything in between. The damaged file is kept under another
    /// name.
    /// </remarks>
    /// <exception cref="SnapshotCorruptException">
    /// The newest is damaged, and no older one together with the log replaces it (66).
    /// </exception>
    /// <exception cref="StorageException">The newest does not exist (67).</exception>
    public static StartingSnapshot Find(SnapshotStore store, WalRecovery recovery)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(recovery);
        var marker = recovery.Marker ?? throw new ArgumentException("the log names no snapshot", nameof(recovery));
        if (!store.List().Contains(marker.Index))
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory, $"the log starts after index {marker.Index}, and the snapshot of that index is missing");
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
            $"the snapshot of index {marker.Index} is damaged and kept as {aside}; the snapshot of index {file.Metadata.Index} and the log from there replace it");
    }
}
