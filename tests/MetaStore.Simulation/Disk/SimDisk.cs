using MetaStore.IO;
using MetaStore.Simulation.Kernel;

namespace MetaStore.Simulation.Disk;

/// <summary>One node's in-memory file system: names are durable after a directory sync, content after a file sync.</summary>
/// <remarks>Directories are durable at once. It survives the node's crashes; after a power cut it has what was durable, and some of the rest.</remarks>
internal sealed class SimDisk(SimRandom random) : IDisk
{
    private readonly HashSet<string> _folders = ["/"];
    private readonly SortedList<string, SimFileContent> _names = new(StringComparer.Ordinal);
    private readonly SortedList<string, SimFileContent> _durableNames = new(StringComparer.Ordinal);

    /// <summary>Names created, changed or deleted since the last sync of their directory.</summary>
    private readonly HashSet<string> _changedNames = new(StringComparer.Ordinal);
    private long _stepsLeft = long.MaxValue;
    private bool _isDown;

    public SimRandom Random => random;

    /// <summary>Operations so far; every change of the disk counts.</summary>
    public long Steps { get; private set; }

    /// <summary>Probability that a sync with something to do fails.</summary>
    public double SyncFailure { get; set; }

    /// <summary>Syncs that failed.</summary>
    public int FailedSyncs { get; private set; }

    /// <summary>Page files that got their name.</summary>
    public int PageFiles { get; private set; }

    /// <summary>True when the power was cut during an operation and <see cref="PowerUp"/> was not called yet.</summary>
    public bool IsDown => _isDown;

    public IEnumerable<string> Files => _names.Keys;

    /// <summary>Cuts the power at one of the next operations.</summary>
    public void CutPowerWithin(int operations) => _stepsLeft = random.Next(operations);

    /// <summary>Cuts the power at the operation after so many.</summary>
    public void CutPowerAfter(long operations) => _stepsLeft = operations;

    /// <summary>Cuts the power now: names and sectors that were not synced may or may not be durable.</summary>
    public void CutPower()
    {
        // Operations on names are journalled by the file system in order: a prefix of them is durable. Here that is all or nothing.
        SortedList<string, SimFileContent> source = random.Chance(0.5) ? _names : _durableNames;
        KeyValuePair<string, SimFileContent>[] left = [.. source];
        _names.Clear();
        _durableNames.Clear();
        _changedNames.Clear();
        foreach ((string name, SimFileContent content) in left)
        {
            content.PowerCut(random);
            _names[name] = content;
            _durableNames[name] = content;
        }

        PowerUp();
    }

    /// <summary>Operations work again.</summary>
    public void PowerUp()
    {
        _isDown = false;
        _stepsLeft = long.MaxValue;
    }

    /// <summary>First segment or snapshot in a directory that a power cut could affect, or null; copies and incomplete files do not count.</summary>
    public string? FirstUnsafe(string folder)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            string name = _names.GetKeyAtIndex(i);
            if ((_names.GetValueAtIndex(i).IsDirty || (_changedNames.Count > 0 && _changedNames.Contains(name)))
                && Path.GetDirectoryName(name.AsSpan()).SequenceEqual(folder) && Path.GetExtension(name) is ".wal" or ".snap")
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>First page file that a power cut could affect, or null.</summary>
    public string? FirstUnsafePages() => _names.FirstOrDefault(
        item => item.Key.EndsWith(".pages", StringComparison.Ordinal) && (item.Value.IsDirty || _changedNames.Contains(item.Key))).Key;

    public SimFileContent? Find(string path) => _names.GetValueOrDefault(path);

    public bool FileExists(string path) => _names.ContainsKey(path);

    public bool DirectoryExists(string path) => _folders.Contains(path);

    public IReadOnlyList<string> List(string directory)
    {
        var names = new List<string>();
        foreach (string path in _names.Keys)
        {
            if (Path.GetDirectoryName(path.AsSpan()).SequenceEqual(directory))
            {
                names.Add(Path.GetFileName(path));
            }
        }

        names.AddRange(_folders.Where(path => path != "/" && Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)!));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    public void CreateDirectory(string path) => _folders.Add(path);

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        RequirePower();
        if (mode == DiskOpenMode.Create)
        {
            _names[path] = new SimFileContent();
            _changedNames.Add(path);
            Step();
        }

        return _names.TryGetValue(path, out SimFileContent? content)
            ? new SimFile(this, path, content)
            : throw new FileNotFoundException($"Could not find file '{path}'.");
    }

    public void Rename(string from, string to)
    {
        Step();
        _names[to] = _names[from];
        _names.Remove(from);
        _changedNames.Add(from);
        _changedNames.Add(to);
        PageFiles += to.EndsWith(".pages", StringComparison.Ordinal) ? 1 : 0;
        Step();
    }

    public void Delete(string path)
    {
        Step();
        _names.Remove(path);
        _changedNames.Add(path);
        Step();
    }

    public void SyncDirectory(string path)
    {
        Step();
        _changedNames.RemoveWhere(name =>
        {
            if (!Path.GetDirectoryName(name.AsSpan()).SequenceEqual(path))
            {
                return false;
            }

            if (_names.TryGetValue(name, out SimFileContent? content))
            {
                _durableNames[name] = content;
            }
            else
            {
                _durableNames.Remove(name);
            }

            return true;
        });
    }

    public IDisposable Lock(string path) => throw new NotSupportedException("A simulated node is alone on its disk.");

    /// <summary>Counts an operation; the power may be cut in it.</summary>
    public void Step()
    {
        RequirePower();
        Steps++;
        if (_stepsLeft-- == 0)
        {
            _isDown = true;
            throw new PowerCutException();
        }
    }

    public void RequirePower()
    {
        if (_isDown)
        {
            throw new PowerCutException();
        }
    }

    public bool SyncFails()
    {
        bool fails = SyncFailure > 0 && random.Chance(SyncFailure);
        FailedSyncs += fails ? 1 : 0;
        return fails;
    }
}
