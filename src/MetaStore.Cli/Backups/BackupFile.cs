using MetaStore.Cli.CommandLine;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Backups;

/// <summary>A backup file on the local disk.</summary>
internal static class BackupFile
{
    private const string Unfinished = ".part";

    /// <summary>Pages of a bbolt file are read one by one; larger reads do not use the stream's buffer.</summary>
    private const int ReadBytes = 4096;

    /// <summary>Saves a backup that a member sends. The file is renamed to its final name once it is complete, verified and durable.</summary>
    /// <exception cref="InputException">The stream ended early, or its hash does not match.</exception>
    public static async Task<BackupSummary> SaveAsync(IAsyncEnumerable<SnapshotResponse> parts, string path, CancellationToken cancellation)
    {
        path = Path.GetFullPath(path);
        var temporary = path + Unfinished;
        var disk = PhysicalDisk.Instance;
        try
        {
            using (var file = disk.Open(temporary, DiskOpenMode.Create))
            {
                var length = 0L;
                await foreach (var part in parts.WithCancellation(cancellation))
                {
                    file.Write(length, part.Blob.Span);
                    length += part.Blob.Length;
                }

                file.FullSync();
            }

            var summary = Check(temporary, mayLackHash: false, cancellation);
            disk.Rename(temporary, path);
            disk.SyncDirectory(Path.GetDirectoryName(path)!);
            return summary;
        }
        catch
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw;
        }
    }

    /// <summary>Verifies a whole backup, in the own format or in etcd's.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="mayLackHash">The database of a stopped etcd is accepted too.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="InputException">The file does not exist, is damaged, or is not a backup.</exception>
    public static BackupSummary Check(string path, bool mayLackHash, CancellationToken cancellation)
    {
        using var file = Open(path);
        try
        {
            return BackupSource.Open(file, mayLackHash, cancellation).Summary;
        }
        catch (Engines.EngineException damaged)
        {
            throw new InputException($"{path}: {damaged.Message}");
        }
    }

    /// <summary>Opens a backup for reading.</summary>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, ReadBytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(error.Message);
        }
    }
}
