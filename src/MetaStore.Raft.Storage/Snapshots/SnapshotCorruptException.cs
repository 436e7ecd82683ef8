using MetaStore.IO;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>A snapshot file is damaged.</summary>
public sealed class SnapshotCorruptException(string file, string why)
    : StorageException(ExitCodes.StateCorrupt, $"snapshot {file} is damaged: {why}. Restore it or let this node rejoin from the other members.")
{
    /// <summary>Path of the snapshot.</summary>
    public string File { get; } = file;
}
