using MetaStore.Cli.CommandLine;
using MetaStore.Engines;
using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Runtime.Bootstrap;
using MetaStore.Raft.Storage;
using MetaStore.Raft.Storage.Snapshots;
using MetaStore.Raft.Storage.Wal;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Backups;

/// <summary>Creates a data directory from a backup: a member of a new cluster that starts with the state of the old one.</summary>
/// <remarks>
/// Created in a temporary place and renamed when all of it is durable: an incomplete directory would be taken for an empty member. Every initial
/// member restores the same backup; their states, and the starts of their logs, are then equal.
/// </remarks>
internal static class RestoreRun
{
    /// <summary>First log index of a restored cluster.</summary>
    private const ulong FirstIndex = 1;

    private const string Unfinished = ".restoring";

    /// <param name="backup">The backup file.</param>
    /// <param name="directory">Must not exist, or be empty.</param>
    /// <param name="founders">The new cluster.</param>
    /// <param name="engine">Engine that the member will use.</param>
    /// <param name="options">What changes in the state.</param>
    /// <param name="cancellation">Cancels the work; nothing is left.</param>
    /// <returns>The initial revision of the new cluster.</returns>
    /// <exception cref="InputException">The backup is damaged, or the directory is in use.</exception>
    public static long Run(string backup, string directory, Founders founders, EngineKind engine, RestoreOptions options, CancellationToken cancellation)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new InputException($"data-dir \"{directory}\" not empty or could not be read");
        }

        using var file = BackupFile.Open(backup);
        var source = Check(backup, file, options, cancellation);
        var unfinished = directory + Unfinished;
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        try
        {
            var plan = new RestorePlan(founders.Members, FirstIndex, NodeBootstrap.FirstTerm)
            {
                BumpRevision = options.BumpRevision, MarkCompacted = options.MarkCompacted, KeepAlarms = options.IsFromEtcd,
            };
            var revision = Fill(unfinished, source, founders, engine, plan, cancellation);
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }

            Directory.Move(unfinished, directory);
            PhysicalDisk.Instance.SyncDirectory(Path.GetDirectoryName(directory)!);
            return revision;
        }
        catch (Exception failed)
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            if (failed is EngineException or StorageException or IOException or UnauthorizedAccessException)
            {
                throw new InputException(failed.Message);
            }

            throw;
        }
    }

    private static BackupSource Check(string path, FileStream file, RestoreOptions options, CancellationToken cancellation)
    {
        try
        {
            var source = BackupSource.Open(file, mayLackHash: options.IsFromEtcd, cancellation);
            return source.IsEtcds || !options.IsFromEtcd ? source : throw new InputException($"{path}: this is a backup of MetaStore, not a file of etcd");
        }
        catch (EngineException damaged)
        {
            throw new InputException($"{path}: {damaged.Message}");
        }
    }

    private static long Fill(string path, BackupSource source, Founders founders, EngineKind engine, RestorePlan plan, CancellationToken cancellation)
    {
        using var directory = DataDirectory.Open(path, founders.Cluster, founders.Self, engine: engine);
        var snapshots = SnapshotStore.Open(directory);
        var metadata = new SnapshotMetadata(plan.Index, plan.Term, ConfState.Of([.. founders.Members.Select(member => member.Id)]));
        var revision = 0L;
        var file = snapshots.Write(metadata, target => revision = RestoredState.Write(source, target, plan, cancellation));
        using var wal = WriteAheadLog.Open(directory.WalOptions, out var recovery);
        NodeBootstrap.FromSnapshot(wal, recovery, metadata, file.Sha256);
        return revision;
    }
}
