using MetaStore.IO;

namespace MetaStore.Raft.Storage;

/// <summary>Places the log of a new data directory in another directory: {data}/wal becomes a link to it.</summary>
/// <remarks>
/// Every later opening of the data directory then finds its log, with or without the setting. A log that is searched in the wrong place
/// would look like an empty one, and a member without its votes would vote again.
/// </remarks>
public static class WalPlace
{
    /// <summary>In the root of a file system: not ours, and never in the way.</summary>
    internal const string AlwaysThere = "lost+found";

    /// <summary>Creates directory and link, or checks the existing ones.</summary>
    /// <param name="dataDirectory">The data directory; created when missing.</param>
    /// <param name="place">Directory for the log: missing, empty, or already this data directory's.</param>
    /// <exception cref="StorageException">
    /// The log is elsewhere already, or the directory is not empty (67); I/O error (74), disk full (75).
    /// </exception>
    public static void Ensure(string dataDirectory, string place)
    {
        ArgumentException.ThrowIfNullOrEmpty(place);
        place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        string data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        string link = Path.Combine(data, DataDirectory.WalName);
        try
        {
            var present = new DirectoryInfo(link);
            if (present.LinkTarget is { } target)
            {
                Refuse(Path.GetFullPath(target, data) != place, $"the log of {data} is in {target}, not in {place}; name that directory, or leave the setting out");
                Directory.CreateDirectory(place);
                return;
            }

            // An earlier start that was interrupted may have left an empty folder.
            Refuse(present.Exists && present.EnumerateFileSystemInfos().Any(),
                $"the log of {data} is in {link}; stop the member, move that directory to {place} and make a link of its name to it, or leave the setting out");
            DurableFolder.Create(PhysicalDisk.Instance, place);
            Refuse(Directory.EnumerateFileSystemEntries(place).Any(entry => Path.GetFileName(entry) != AlwaysThere),
                $"{place} is not empty, and the log of {data} is not there; give an empty directory");
            if (present.Exists)
            {
                present.Delete();
            }

            DurableFolder.Create(PhysicalDisk.Instance, data);
            Directory.CreateSymbolicLink(link, place);
            PhysicalDisk.Instance.SyncDirectory(Path.GetDirectoryName(place)!);
            PhysicalDisk.Instance.SyncDirectory(data);
            PhysicalDisk.Instance.SyncDirectory(Path.GetDirectoryName(data)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.FromIo($"the log of {data} cannot be put into {place}", error);
        }
    }

    private static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw new StorageException(ExitCodes.ForeignDirectory, $"--wal-dir: {why}.");
        }
    }
}
