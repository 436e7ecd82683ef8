using MetaStore.IO;

namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>The log is damaged where it may contain acknowledged data. Nothing was changed on disk.</summary>
public sealed class WalCorruptException : StorageException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">Path of the segment.</param>
    /// <param name="offset">Byte offset of the first frame that cannot be used.</param>
    /// <param name="why">What is wrong with it.</param>
    /// <param name="firstIndex">Lowest log index that may be lost, or 0 when not known.</param>
    /// <param name="lastIndex">Highest log index that is known to be affected, or 0 when not known.</param>
    public WalCorruptException(string file, long offset, string why, ulong firstIndex = 0, ulong lastIndex = 0)
        : base(ExitCodes.WalCorrupt, Describe(file, offset, why, firstIndex, lastIndex))
    {
        File = file;
        Offset = offset;
        FirstIndex = firstIndex;
        LastIndex = lastIndex;
    }

    /// <summary>Path of the segment.</summary>
    public string File { get; }

    /// <summary>Byte offset of the first frame that cannot be used.</summary>
    public long Offset { get; }

    /// <summary>Lowest log index that may be lost, or 0 when not known.</summary>
    public ulong FirstIndex { get; }

    /// <summary>Highest log index known to be affected, or 0 when not known.</summary>
    public ulong LastIndex { get; }

    private static string Describe(string file, long offset, string why, ulong firstIndex, ulong lastIndex)
    {
        var range = (firstIndex, lastIndex) switch
        {
            (0, 0) => "affected indexes unknown",
            (_, 0) => $"affected indexes: {firstIndex} and later",
            _ => $"affected indexes: {firstIndex} to {lastIndex}, perhaps later ones",
        };
        return $"write-ahead log {file} is damaged at offset {offset}: {why} ({range}). Nothing was changed. "
            + "Copy the data directory, check it with metactl wal verify, and replace this member: remove it, add it again as a learner with an empty directory, promote it.";
    }
}
