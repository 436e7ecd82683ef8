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

/// <summary>Makes a data directory from a backup: a member of a new cluster that begins with the state of the old one.</summary>
/// <remarks>
/// Made beside its place and moved there when all of it is durable: a directory half made would be taken for an empty member. Every
/// founder restores the same backup; their states, and where their logs begin, are then equal.
/// </remarks>
internal static class RestoreRun
{
    /// <summary>Where the log of a restored cluster begins.</summary>
    private const ulong FirstIndex = 1;

    private const string Unfinished = ".restoring";

    /// <param name="backup">The file.</param>
    /// <param name="directory">Must not exist, or be empty.</param>
    /// <param name="founders">The new cluster.</param>
    /// <param name="engine">What the member will be started with.</param>
    /// <param name="bumpRevision">See <see cref="RestorePlan.BumpRevision"/>.</param>
    /// <param name="markCompacted">See <see cref="RestorePlan.MarkCompacted"/>.</param>
    /// <param name="cancellation">Ends the work early; nothing is left.</param>
    /// <returns>The revision the new cluster begins with.</returns>
    /// <exception cref="InputException">The backup is damaged, or the place is taken.</exception>
    public static long Run(
        string backup, string directory, Founders founders, EngineKind engine, long bumpRevision, bool markCompacted, CancellationToken cancellation)
    {
        directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new InputException($"data-dir \"{directory}\" not empty or could not be read");
        }

        BackupFile.Check(backup, cancellation);
        var unfinished = directory + Unfinished;
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        try
        {
            var plan = new RestorePlan(founders.Members, FirstIndex, NodeBootstrap.FirstTerm) { BumpRevision = bumpRevision, MarkCompacted = markCompacted };
            var revision = Fill(unfinished, backup, founders, engine, plan, cancellation);
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

    private static long Fill(string path, string backup, Founders founders, EngineKind engine, RestorePlan plan, CancellationToken cancellation)
    {
        using var source = BackupFile.Open(backup);
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
