using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Storage;

namespace MetaStore.Raft.Runtime.Snapshots;

/// <summary>A durable snapshot that was verified from its first byte to its last.</summary>
/// <param name="Metadata">Point of the log.</param>
/// <param name="Revision">Store revision of the state; 0 when the writer gave none.</param>
/// <param name="Body">What it holds.</param>
/// <param name="Path">The container file.</param>
/// <param name="FileBytes">Length of the container.</param>
/// <param name="BodyBytes">Length of the state inside.</param>
/// <param name="Sha256">Hash of everything in the file before the trailer.</param>
/// <param name="Disk">Where it is.</param>
public sealed record SnapshotFile(
    SnapshotMetadata Metadata, long Revision, SnapshotBody Body, string Path, long FileBytes, long BodyBytes, ReadOnlyMemory<byte> Sha256, IDisk Disk)
{
    /// <summary>The state's bytes; each chunk is checked again while it is read.</summary>
    /// <returns>A forward-only stream that the caller disposes. Damage throws <see cref="SnapshotCorruptException"/>.</returns>
    public Stream OpenBody() => new SnapshotBodyStream(Disk.Open(Path, DiskOpenMode.Read));

    /// <summary>The container as it is, to be sent to another node and given there to <see cref="SnapshotReceiver"/>.</summary>
    /// <returns>The open file, which the caller disposes.</returns>
    public IDiskFile OpenContainer() => Disk.Open(Path, DiskOpenMode.Read);
}
