using System.Security.Cryptography;
using MetaStore.IO;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>Reads a whole container and compares every checksum.</summary>
internal static class SnapshotVerification
{
    /// <param name="disk">Its file system.</param>
    /// <param name="path">The container.</param>
    /// <param name="clusterId">Expected cluster.</param>
    /// <exception cref="SnapshotCorruptException">It is damaged.</exception>
    /// <exception cref="StorageException">Of another cluster (67) or of a newer format (68).</exception>
    internal static SnapshotFile Run(IDisk disk, string path, ulong clusterId)
    {
        using var file = disk.Open(path, DiskOpenMode.Read);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reader = new SnapshotContainerReader(file, hash);
        if (reader.Header.ClusterId != clusterId)
        {
            throw new StorageException(
                ExitCodes.ForeignDirectory, $"snapshot {path} belongs to cluster {reader.Header.ClusterId:x}, not to cluster {clusterId:x}.");
        }

        while (reader.TryReadChunk(out _))
        {
            // Only the reader's checks matter.
        }

        var actual = hash.GetHashAndReset();
        return actual.AsSpan().SequenceEqual(reader.TrailerHash)
            ? new SnapshotFile(reader.Header.Metadata, reader.Header.Revision, reader.Header.Body, path, file.Length, reader.BodyBytes, actual, disk)
            : throw new SnapshotCorruptException(path, "the SHA-256 in the trailer does not match");
    }
}
