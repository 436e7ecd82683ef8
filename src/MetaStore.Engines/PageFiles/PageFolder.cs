using System.Globalization;
using MetaStore.Engines.Paged;
using MetaStore.IO;

namespace MetaStore.Engines.PageFiles;

/// <summary>The page files of a node: <c>number.pages</c>, sixteen hexadecimal digits, in the folder of its snapshots.</summary>
/// <remarks>
/// A file gets its name only when all of it is durable, and never changes afterwards. Files named <c>.tmp</c> are removed by the owner of
/// the folder at start. Thread: one at a time.
/// </remarks>
/// <param name="disk">File system.</param>
/// <param name="path">The folder; may be missing until a file is written.</param>
/// <param name="settings">Sizes.</param>
public sealed class PageFolder(IDisk disk, string path, PageFileSettings settings)
{
    private const long GivenUpBytesMax = 64 << 20;

    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _inUse = [];
    private readonly Dictionary<ulong, long> _mapped = [];
    private long _givenUp;
    private ulong _last;

    /// <summary>Sizes.</summary>
    public PageFileSettings Settings => settings;

    /// <summary>Deletes all page files, when no snapshot that names one is needed any more.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void DeleteAll()
    {
        UseOnly([]);
        DeleteExcept(new HashSet<ulong>());
    }

    internal IDisk Disk => disk;

    internal EarlyPages Early { get; } = new(settings.HeapBytesMax);

    internal string PathOf(ulong number) =>
        Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{number:x16}{PageFileFormat.Extension}"));

    /// <summary>A number that no file has had since the folder was opened, and none has now.</summary>
    internal ulong NextNumber()
    {
        _last = Math.Max(_last, Numbers().DefaultIfEmpty().Max()) + 1;
        return _last;
    }

    /// <summary>Gives a durable file its name, durably, and maps it.</summary>
    internal ReadOnlyMemory<byte> Publish(string temporary, ulong number)
    {
        lock (_gate)
        {
            _inUse.Add(number);
        }

        disk.Rename(temporary, PathOf(number));
        disk.SyncDirectory(path);
        return Map(number);
    }

    /// <summary>Maps a file.</summary>
    internal ReadOnlyMemory<byte> Map(ulong number)
    {
        var mapped = disk.Map(PathOf(number));
        lock (_gate)
        {
            _mapped[number] = mapped.Length;
        }

        return mapped;
    }

    /// <summary>States which files the content in memory needs: those of the checkpoint just written or loaded, and later ones.</summary>
    internal void UseOnly(IEnumerable<StoredFile> files)
    {
        lock (_gate)
        {
            _inUse.Clear();
            _inUse.UnionWith(files.Select(file => file.Number));
        }
    }

    /// <summary>Deletes the files that neither a snapshot names nor the content in memory needs.</summary>
    /// <param name="named">Numbers that existing snapshots name.</param>
    /// <returns>How many were deleted.</returns>
    internal int DeleteExcept(IReadOnlySet<ulong> named)
    {
        ulong[] unused;
        lock (_gate)
        {
            unused = [.. Numbers().Where(number => !named.Contains(number) && !_inUse.Contains(number))];
        }

        foreach (var number in unused)
        {
            // Readers that have it mapped keep its content.
            disk.Delete(PathOf(number));
        }

        if (unused.Length > 0)
        {
            disk.SyncDirectory(path);
        }

        Unmap(unused);
        return unused.Length;
    }

    /// <summary>
    /// The space of a deleted file is free when its mapping is collected. The heap alone may give no reason for a full collection for a
    /// long time, since little of the state is in it.
    /// </summary>
    private void Unmap(ulong[] deleted)
    {
        lock (_gate)
        {
            foreach (var number in deleted)
            {
                _givenUp += _mapped.Remove(number, out var bytes) ? bytes : 0;
            }

            if (_givenUp < GivenUpBytesMax)
            {
                return;
            }

            _givenUp = 0;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private IEnumerable<ulong> Numbers()
    {
        foreach (var name in disk.DirectoryExists(path) ? disk.List(path) : [])
        {
            if (name.Length == 16 + PageFileFormat.Extension.Length
                && name.EndsWith(PageFileFormat.Extension, StringComparison.Ordinal)
                && ulong.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                yield return number;
            }
        }
    }
}
