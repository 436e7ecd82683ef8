using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;
using MetaStore.Raft.Storage.Wal.Segments;

namespace MetaStore.Raft.Storage.Wal.Verification;

/// <summary>Checks a log that no node has open, with the same code that opens it, without changing it.</summary>
public static class WalVerifier
{
    /// <summary>Reads all of it.</summary>
    /// <param name="directory">The log's folder.</param>
    /// <param name="disk">Its file system; default: the operating system's.</param>
    public static WalVerification Run(string directory, IDisk? disk = null)
    {
        disk ??= PhysicalDisk.Instance;
        try
        {
            var log = new LogRecovery(OptionsFor(directory, disk), readOnly: true).Run();
            var replay = log.Replay;
            var state = $"entries {replay.FirstIndex} to {replay.LastIndex} in {log.Segments.Count} segments, "
                + $"snapshot marker {replay.Marker?.Snapshot.Index ?? 0}, "
                + $"term {replay.HardState.Term}, vote {replay.HardState.Vote:x}, committed {replay.HardState.Commit}";
            return new WalVerification(
                ExitCodes.Ok, log.RepairNote is null ? $"whole: {state}" : $"cut-off write at the end, will be cleared: {log.RepairNote}; {state}");
        }
        catch (StorageException error)
        {
            return new WalVerification(error.ExitCode, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new WalVerification(ExitCodes.IoError, $"{directory} cannot be read: {error.Message}");
        }
    }

    // The owner is taken from the first readable header: this check is about damage, not about ownership.
    private static WalOptions OptionsFor(string directory, IDisk disk)
    {
        var items = SegmentList.Read(disk, directory);
        if (items.Count == 0)
        {
            throw SegmentList.Missing(directory, "it has no segment");
        }

        var bytes = new byte[WalFormat.SegmentHeaderBytes];
        foreach (var item in items)
        {
            using var file = disk.Open(item.Path, DiskOpenMode.Read);
            Array.Clear(bytes);
            _ = file.Read(0, bytes);
            if (SegmentHeader.TryRead(bytes, out var header))
            {
                return new WalOptions { Directory = directory, ClusterId = header.ClusterId, NodeId = header.NodeId, Disk = disk };
            }
        }

        // The owner does not matter: recovery says whether they are damaged or empty.
        return new WalOptions { Directory = directory, ClusterId = 0, NodeId = 0, Disk = disk };
    }
}
