using MetaStore.Raft.Runtime.Native;

namespace MetaStore.Raft.Runtime.Storage;

/// <summary>Puts the log of a new data directory elsewhere: {data}/wal is made a link to the place.</summary>
/// <remarks>
/// So whatever opens the data directory later finds its log, with or without being told where it is; a log that is looked for in the wrong place
/// would look like an empty one, and a member that forgot its votes would vote again.
/// </remarks>
public static class WalPlace
{
    private const string AlwaysThere = "lost+found";

    /// <summary>Makes place and link, or sees that they are there.</summary>
    /// <param name="dataDirectory">The data directory; made when it is missing.</param>
    /// <param name="place">Where the log goes: a directory that is missing, empty, or this data directory's already.</param>
    /// <exception cref="StorageException">The log is somewhere else already, or the place holds something (67); I/O error (74), disk full (75).</exception>
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

            // An attempt of an earlier start that was interrupted may have left an empty folder.
            Refuse(present.Exists && present.EnumerateFileSystemInfos().Any(),
                $"the log of {data} is in {link}; stop the member, move that directory to {place} and make a link of its name to it, or leave the setting out");
            PhysicalDisk.Instance.CreateDirectory(place);
            Refuse(Directory.EnumerateFileSystemEntries(place).Any(entry => Path.GetFileName(entry) != AlwaysThere),
                $"{place} is not empty, and the log of {data} is not there; give an empty directory");
            if (present.Exists)
            {
                present.Delete();
            }

            PhysicalDisk.Instance.CreateDirectory(data);
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
