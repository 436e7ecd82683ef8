namespace MetaStore.Raft.Runtime.Storage;

/// <summary>How <see cref="IDisk.Open"/> treats what is there.</summary>
public enum DiskOpenMode
{
    /// <summary>Must exist; reading only.</summary>
    Read = 0,

    /// <summary>Must exist; reading and writing.</summary>
    ReadWrite = 1,

    /// <summary>Replaces what is there by an empty file, readable by the owner only.</summary>
    Create = 2,
}

/// <summary>The part of a file system that log and snapshots need, so that a simulator can stand in for it.</summary>
/// <remarks>
/// Paths are absolute. A name created, renamed or deleted is durable only after <see cref="SyncDirectory"/> of its folder. All
/// failures throw <see cref="IOException"/> (or <see cref="UnauthorizedAccessException"/> for permissions). Thread: any, but one
/// file belongs to one thread.
/// </remarks>
public interface IDisk
{
    /// <summary>True when a regular file of that name exists.</summary>
    bool FileExists(string path);

    /// <summary>True when a folder of that name exists.</summary>
    bool DirectoryExists(string path);

    /// <summary>Names (without folder) of everything inside, files and folders, ordinally ascending.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Makes a folder, accessible to the owner only; nothing happens if it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Opens a file.</summary>
    IDiskFile Open(string path, DiskOpenMode mode);

    /// <summary>Gives a file a new name in the same folder, replacing what has that name.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file.</summary>
    void Delete(string path);

    /// <summary>Makes creations, renames and deletions inside the folder durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Bytes that may still be written into a folder. A disk that cannot say it has no end.</summary>
    long FreeBytes(string directory) => long.MaxValue;

    /// <summary>Takes an exclusive lock on a file, made if missing; held until disposed or the process ends.</summary>
    /// <exception cref="IOException">Somebody else holds it.</exception>
    IDisposable Lock(string path);
}
