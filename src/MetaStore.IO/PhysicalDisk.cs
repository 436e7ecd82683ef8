using System.Runtime.InteropServices;
using MetaStore.IO.Native;

namespace MetaStore.IO;

/// <summary>The operating system's file system.</summary>
public sealed class PhysicalDisk : IDisk
{
    private const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The only instance needed.</summary>
    public static PhysicalDisk Instance { get; } = new();

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        var names = Directory.GetFileSystemEntries(directory).Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <inheritdoc/>
    public long FreeBytes(string directory)
    {
        try
        {
            return new DriveInfo(directory).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            // A disk that does not report its free space is not treated as full; writing to it will show.
            return long.MaxValue;
        }
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The store runs on Linux.");
        }

        Directory.CreateDirectory(path, OwnerDirectory);
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        var fileMode = mode == DiskOpenMode.Create ? FileMode.Create : FileMode.Open;
        var access = mode == DiskOpenMode.Read ? FileAccess.Read : FileAccess.ReadWrite;

        // The lock file of the data directory covers all files, so no file takes a lock of its own.
        var handle = File.OpenHandle(path, fileMode, access, FileShare.ReadWrite | FileShare.Delete);
        if (mode == DiskOpenMode.Create && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(handle, OwnerFile);
        }

        return new PhysicalDiskFile(path, handle);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Map(string path)
        => new MappedFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)).Memory;

    /// <inheritdoc/>
    public void Release(ReadOnlyMemory<byte> mapped)
    {
        if (MemoryMarshal.TryGetMemoryManager(mapped, out MappedFile? file))
        {
            file.Release();
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => NativeSync.SyncDirectory(path);

    /// <inheritdoc/>
    public IDisposable Lock(string path)
    {
        // FileShare.None is the only mode that takes an exclusive flock; it ends with the process, also after kill -9.
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        return file;
    }
}
