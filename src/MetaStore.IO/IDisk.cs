namespace MetaStore.IO;

/// <summary>How <see cref="IDisk.Open"/> treats an existing file.</summary>
public enum DiskOpenMode
{
    /// <summary>Must exist; reading only.</summary>
    Read = 0,

    /// <summary>Must exist; reading and writing.</summary>
    ReadWrite = 1,

    /// <summary>Replaces an existing file by an empty one, readable by the owner only.</summary>
    Create = 2,
}

/// <summary>The part of a file system that log and snapshots need; a simulator replaces it.</summary>
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

    /// <summary>Creates a folder, accessible to the owner only; no effect if it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Opens a file.</summary>
    IDiskFile Open(string path, DiskOpenMode mode);

    /// <summary>The content of a file that never changes again, also after the file was deleted.</summary>
    /// <returns>Valid as long as the memory is referenced; a span of it does not keep it.</returns>
    /// <remarks>
    /// Here a copy; a real disk maps the file, so that what is read is in the page cache and not in the heap. A disk that fails under
    /// such a read ends the process by a signal, not by an exception.
    /// </remarks>
    ReadOnlyMemory<byte> Map(string path)
    {
        using var file = Open(path, DiskOpenMode.Read);
        var bytes = new byte[checked((int)file.Length)];
        return file.Read(0, bytes) == bytes.Length ? bytes : throw new IOException($"'{path}' ended while it was read");
    }

    /// <summary>States that what <see cref="Map"/> returned, or a part of it, was read as a whole and will be read rarely: it need not stay in memory. Any later read is allowed.</summary>
    void Release(ReadOnlyMemory<byte> mapped)
    {
        // Here a copy, which is needed as long as it is referenced.
    }

    /// <summary>Renames a file within its folder, replacing an existing one.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file.</summary>
    void Delete(string path);

    /// <summary>Makes creations, renames and deletions inside the folder durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Free bytes for a folder. The maximum when the disk does not report it.</summary>
    long FreeBytes(string directory) => long.MaxValue;

    /// <summary>Takes an exclusive lock on a file, created if missing; held until disposed or the process ends.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    IDisposable Lock(string path);
}
