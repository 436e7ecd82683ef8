using System.Security.Cryptography;
using MetaStore.IO;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage;

/// <summary>Creates a data directory, and refuses to do so in a folder that holds other files.</summary>
internal static class DirectoryCreation
{
    private static readonly string[] OwnNames =
    [
        DataDirectory.LockName, DataDirectory.WalName, DataDirectory.SnapshotName, IdentityTemporary, WalPlace.AlwaysThere,
    ];

    private const string IdentityTemporary = DataDirectory.IdentityName + ".tmp";

    /// <summary>Folders, first log segment, identity: in this order, each durable before the next.</summary>
    internal static DirectoryIdentity Run(IDisk disk, string path, ulong clusterId, ulong nodeId, EngineKind engine)
    {
        RefuseForeign(disk, path);
        var wal = Path.Combine(path, DataDirectory.WalName);
        var snapshots = Path.Combine(path, DataDirectory.SnapshotName);
        ClearAttempt(disk, wal);
        ClearAttempt(disk, snapshots);
        disk.CreateDirectory(wal);
        disk.CreateDirectory(snapshots);
        disk.SyncDirectory(path);
        SegmentFile.CreateFirst(new WalOptions { Directory = wal, ClusterId = clusterId, NodeId = nodeId, Disk = disk });

        var identity = DirectoryIdentity.Create(clusterId, nodeId, Nonce(), engine);
        WriteIdentity(disk, path, identity);
        return identity;
    }

    /// <summary>Writes or replaces the identity file; a crash leaves the old one or the new one.</summary>
    internal static void WriteIdentity(IDisk disk, string path, DirectoryIdentity identity)
    {
        var temporary = Path.Combine(path, IdentityTemporary);
        using (var file = disk.Open(temporary, DiskOpenMode.Create))
        {
            file.Write(0, identity.Encode());
            file.FullSync();
        }

        disk.Rename(temporary, Path.Combine(path, DataDirectory.IdentityName));
        disk.SyncDirectory(path);
    }

    private static void RefuseForeign(IDisk disk, string path)
    {
        foreach (var name in disk.List(path))
        {
            if (!OwnNames.Contains(name))
            {
                throw Foreign(path, $"it has no identity file and holds {Path.Combine(path, name)}");
            }
        }

        var snapshots = Path.Combine(path, DataDirectory.SnapshotName);
        if (disk.DirectoryExists(snapshots)
            && disk.List(snapshots).FirstOrDefault(name => !name.EndsWith(WalFormat.TemporaryExtension, StringComparison.Ordinal)) is { } snapshot)
        {
            throw Foreign(path, $"its identity file is missing, but there is {Path.Combine(snapshots, snapshot)}");
        }

        var wal = Path.Combine(path, DataDirectory.WalName);
        foreach (var name in FilesIn(disk, wal))
        {
            var file = Path.Combine(wal, name);
            if (!name.EndsWith(WalFormat.TemporaryExtension, StringComparison.Ordinal) && SegmentFile.HasFrames(disk, file))
            {
                throw Foreign(path, $"its identity file is missing, but {file} holds data");
            }
        }
    }

    // Left by an earlier attempt that a crash interrupted; the check above found no data in it.
    private static void ClearAttempt(IDisk disk, string folder)
    {
        if (disk.DirectoryExists(folder))
        {
            foreach (var name in FilesIn(disk, folder))
            {
                disk.Delete(Path.Combine(folder, name));
            }

            disk.SyncDirectory(folder);
        }
    }

    private static IEnumerable<string> FilesIn(IDisk disk, string folder) =>
        disk.DirectoryExists(folder) ? disk.List(folder).Where(name => name != WalPlace.AlwaysThere) : [];

    private static ulong Nonce()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    private static StorageException Foreign(string path, string why) =>
        new(ExitCodes.ForeignDirectory, $"data directory {path} is not this program's to use: {why}. Give an empty or a MetaStore directory.");
}
