using MetaStore.IO;
using MetaStore.Raft.Storage.Wal.Format;

namespace MetaStore.Raft.Storage.Wal.Segments;

/// <summary>
/// Prepares the folder of the write-ahead log before it is read: creates it if allowed, removes leftovers, and adds a first
/// segment.
/// </summary>
internal static class WalDirectory
{
    /// <summary>Ensures a folder with at least one segment and no partial files.</summary>
    /// <returns>True when the log is new.</returns>
    /// <exception cref="StorageException">A log must exist and does not.</exception>
    public static bool Prepare(WalOptions options)
    {
        var disk = options.Disk;
        if (!disk.DirectoryExists(options.Directory))
        {
            if (options.MustExist)
            {
                throw SegmentList.Missing(options.Directory, "the folder is gone");
            }

            disk.CreateDirectory(options.Directory);
            disk.SyncDirectory(Path.GetDirectoryName(options.Directory)!);
        }

        foreach (var name in disk.List(options.Directory))
        {
            if (name.EndsWith(WalFormat.TemporaryExtension, StringComparison.Ordinal))
            {
                disk.Delete(Path.Combine(options.Directory, name));
            }
        }

        if (SegmentList.Read(disk, options.Directory).Count > 0)
        {
            return false;
        }

        if (options.MustExist)
        {
            throw SegmentList.Missing(options.Directory, "it has no segment");
        }

        SegmentFile.CreateFirst(options);
        return true;
    }
}
