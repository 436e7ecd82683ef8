using MetaStore.Cli.CommandLine;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Backups;

/// <summary>A backup on the disk of whoever runs metactl.</summary>
internal static class BackupFile
{
    private const string Unfinished = ".part";

    /// <summary>Saves what a member sends. The file gets its name when all of it is there, is right and is durable.</summary>
    /// <exception cref="InputException">The stream ended early, or what came is not what was sent.</exception>
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

            var summary = Check(temporary, cancellation);
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

    /// <summary>Checks a backup from its first byte to its last.</summary>
    /// <exception cref="InputException">It is not there, is damaged, or is none.</exception>
    public static BackupSummary Check(string path, CancellationToken cancellation)
    {
        using var file = Open(path);
        try
        {
            return BackupCheck.Run(file, cancellation);
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
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(error.Message);
        }
    }
}
