using MetaStore.IO;

namespace MetaStore.Fuzz.Inputs;

/// <summary>Files in memory, for readers that open them by name.</summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Contents in the order of their names.</summary>
    public IEnumerable<byte[]> Contents => _files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => file.Value);

    public void Add(string path, byte[] content) => _files[path] = content;

    public bool FileExists(string path) => _files.ContainsKey(path);

    public bool DirectoryExists(string path) => true;

    public IReadOnlyList<string> List(string directory) =>
        [.. _files.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void CreateDirectory(string path)
    {
        // Every folder exists.
    }

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        if (mode == DiskOpenMode.Create)
        {
            _files[path] = [];
        }

        return _files.ContainsKey(path) ? new MemoryFile(_files, path) : throw new FileNotFoundException("there is no such file", path);
    }

    public void Rename(string from, string to)
    {
        _files[to] = _files[from];
        _files.Remove(from);
    }

    public void Delete(string path) => _files.Remove(path);

    public void SyncDirectory(string path)
    {
        // Nothing survives anyway.
    }

    public IDisposable Lock(string path) => throw new NotSupportedException();

    private sealed class MemoryFile(Dictionary<string, byte[]> files, string path) : IDiskFile
    {
        public string Path => path;

        public long Length => files[path].Length;

        public int Read(long offset, Span<byte> target)
        {
            byte[] content = files[path];
            int count = (int)Math.Clamp(content.Length - offset, 0, target.Length);
            content.AsSpan((int)Math.Min(offset, content.Length), count).CopyTo(target);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            SetLength(Math.Max(Length, offset + source.Length));
            source.CopyTo(files[path].AsSpan((int)offset));
        }

        public void SetLength(long length)
        {
            byte[] content = files[path];
            Array.Resize(ref content, checked((int)length));
            files[path] = content;
        }

        public void Allocate(long length) => SetLength(length);

        public void DataSync()
        {
            // Nothing survives anyway.
        }

        public void FullSync()
        {
            // Nothing survives anyway.
        }

        public void DropCache()
        {
            // There is none.
        }

        public void Dispose()
        {
            // Owned by the disk.
        }
    }
}
