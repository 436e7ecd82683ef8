using MetaStore.IO;

namespace MetaStore.Raft.Storage.Tests.Disks;

/// <summary>
/// A file system in memory that simulates a power loss: content is durable after a sync, names after a directory sync, and of later writes any
/// 512-byte sectors may be on disk.
/// </summary>
internal sealed class SimDisk : IDisk
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _folders = ["/"];
    private Dictionary<string, SimFileContent> _names = [];
    private Dictionary<string, SimFileContent> _durableNames = [];

    /// <summary>Called before every change on disk, with operation and path; may block or throw.</summary>
    internal Action<string, string>? Before { get; set; }

    /// <summary>Called before a file is opened for reading only, with its path.</summary>
    internal Action<string>? Opening { get; set; }

    /// <summary>Reported free space.</summary>
    internal long Free { get; set; } = long.MaxValue;

    public long FreeBytes(string directory) => Free;

    public bool FileExists(string path) => Locked(() => _names.ContainsKey(path));

    public bool DirectoryExists(string path) => Locked(() => _folders.Contains(path));

    public IReadOnlyList<string> List(string directory) => Locked<IReadOnlyList<string>>(() =>
    [
        .. _names.Keys.Concat(_folders).Where(path => path != "/" && Path.GetDirectoryName(path) == directory)
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
    ]);

    // Folders are created once at the start of a test; their own durability is not simulated.
    public void CreateDirectory(string path) => Locked(() => _folders.Add(path));

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        if (mode == DiskOpenMode.Create)
        {
            Before?.Invoke("create", path);
        }
        else if (mode == DiskOpenMode.Read)
        {
            Opening?.Invoke(path);
        }

        return Locked(() =>
        {
            if (mode == DiskOpenMode.Create)
            {
                _names[path] = new SimFileContent();
            }

            return _names.TryGetValue(path, out var content)
                ? new SimFile(this, path, content)
                : throw new FileNotFoundException(path);
        });
    }

    public void Rename(string from, string to)
    {
        Before?.Invoke("rename", to);
        Locked(() =>
        {
            _names[to] = _names[from];
            return _names.Remove(from);
        });
    }

    public void Delete(string path)
    {
        Before?.Invoke("delete", path);
        Locked(() => _names.Remove(path));
    }

    public void SyncDirectory(string path)
    {
        Before?.Invoke("syncdir", path);
        Locked(() =>
        {
            foreach (var name in _durableNames.Keys.Where(name => Path.GetDirectoryName(name) == path).ToArray())
            {
                _durableNames.Remove(name);
            }

            foreach (var (name, content) in _names.Where(item => Path.GetDirectoryName(item.Key) == path))
            {
                _durableNames[name] = content;
            }

            return 0;
        });
    }

    public IDisposable Lock(string path) => Open(path, FileExists(path) ? DiskOpenMode.ReadWrite : DiskOpenMode.Create);

    /// <summary>The disk after a power loss.</summary>
    /// <param name="random">Decides which unsynced sectors and names are kept.</param>
    internal SimDisk PowerCut(Random random) => Locked(() =>
    {
        var after = new SimDisk();
        after._folders.UnionWith(_folders);
        var source = random.Next(2) == 0 ? _names : _durableNames;
        foreach (var (name, content) in source)
        {
            after._names[name] = content.PowerCut(random);
        }

        after._durableNames = new(after._names);
        return after;
    });

    /// <summary>An independent copy with everything durable.</summary>
    internal SimDisk Copy() => Locked(() =>
    {
        var copy = new SimDisk();
        copy._folders.UnionWith(_folders);
        foreach (var (name, content) in _names)
        {
            copy._names[name] = content.Copy();
        }

        copy._durableNames = new(copy._names);
        return copy;
    });

    internal byte[] Content(string path) => Locked(() => _names[path].Bytes);

    internal void Replace(string path, byte[] content) => Locked(() => _names[path] = new SimFileContent(content));

    internal T Locked<T>(Func<T> action)
    {
        lock (_gate)
        {
            return action();
        }
    }
}
