using MetaStore.IO;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>The real disk, with a call before every change.</summary>
internal sealed class FaultyDisk : IDisk
{
    private readonly PhysicalDisk _disk = PhysicalDisk.Instance;

    /// <summary>Receives what is about to happen and the path; may throw.</summary>
    internal Action<string, string>? Before { get; set; }

    public bool FileExists(string path) => _disk.FileExists(path);

    public bool DirectoryExists(string path) => _disk.DirectoryExists(path);

    public IReadOnlyList<string> List(string directory) => _disk.List(directory);

    public void CreateDirectory(string path) => _disk.CreateDirectory(path);

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        if (mode == DiskOpenMode.Create)
        {
            Before?.Invoke("create", path);
        }

        return new FaultyFile(this, _disk.Open(path, mode));
    }

    public ReadOnlyMemory<byte> Map(string path) => _disk.Map(path);

    public void Release(ReadOnlyMemory<byte> mapped) => _disk.Release(mapped);

    public void Rename(string from, string to)
    {
        Before?.Invoke("rename", to);
        _disk.Rename(from, to);
    }

    public void Delete(string path)
    {
        Before?.Invoke("delete", path);
        _disk.Delete(path);
    }

    public void SyncDirectory(string path)
    {
        Before?.Invoke("sync", path);
        _disk.SyncDirectory(path);
    }

    public IDisposable Lock(string path) => _disk.Lock(path);

    private sealed class FaultyFile(FaultyDisk disk, IDiskFile file) : IDiskFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> target) => file.Read(offset, target);

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            disk.Before?.Invoke("write", Path);
            file.Write(offset, source);
        }

        public void DataSync() => FullSync();

        public void FullSync()
        {
            disk.Before?.Invoke("sync", Path);
            file.FullSync();
        }

        public void DropCache() => file.DropCache();

        public void Allocate(long length) => file.Allocate(length);

        public void SetLength(long length) => file.SetLength(length);

        public void Dispose() => file.Dispose();
    }
}
