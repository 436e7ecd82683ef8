using MetaStore.IO;
using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>A durable snapshot that was fully verified.</summary>
/// <param name="Metadata">Log position.</param>
/// <param name="Revision">Store revision of the state; 0 when the writer gave none.</param>
/// <param name="Body">Kind of its content.</param>
/// <param name="Path">The container file.</param>
/// <param name="FileBytes">Length of the container.</param>
/// <param name="BodyBytes">Length of the state inside.</param>
/// <param name="Sha256">Hash of everything in the file before the trailer.</param>
/// <param name="Disk">Its file system.</param>
public sealed record SnapshotFile(
    SnapshotMetadata Metadata, long Revision, SnapshotBody Body, string Path, long FileBytes, long BodyBytes, ReadOnlyMemory<byte> Sha256, IDisk Disk)
{
    /// <summary>The state's bytes; each chunk is checked again while it is read.</summary>
    /// <returns>A forward-only stream that the caller disposes. Damage throws <see cref="SnapshotCorruptException"/>.</returns>
    public Stream OpenBody() => new SnapshotBodyStream(Disk.Open(Path, DiskOpenMode.Read));

    /// <summary>The container itself, to be sent to another node, whose <see cref="SnapshotReceiver"/> reads it.</summary>
    /// <returns>The open file, which the caller disposes.</returns>
    public IDiskFile OpenContainer() => Disk.Open(Path, DiskOpenMode.Read);
}
