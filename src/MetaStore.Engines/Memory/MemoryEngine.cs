using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.PageFiles;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.Memory;

/// <summary>Everything in ordered maps in memory; what a crash would lose is in the Raft log and in snapshots.</summary>
/// <remarks>
/// A commit changes the maps in place or by copy and then publishes one immutable set of versions through one reference, so a view is
/// atomic over all buckets and opening it costs one read. Revisions, which arrive in ascending order and are nearly all there is, are
/// appended to pages (ADR 0038). In the other buckets values that fill their array are kept, slices are copied, so that a small value
/// never keeps a large buffer alive. With a folder, pages that no longer change move to files there and are read from the page cache
/// (ADR 0055).
/// </remarks>
public sealed class MemoryEngine : IPageFilesEngine
{
    /// <summary>Name in the configuration.</summary>
    public const string EngineName = "memory";

    // An empty engine still has its maps; monitoring treats a size of zero as "absent".
    private const int BytesAtLeast = 16 * 1024;

    private readonly PageFolder? _folder;
    private MemoryMaps _maps;
    private MemoryVersion _version;

    /// <summary>Creates an empty engine.</summary>
    /// <param name="folder">For its page files; null to keep everything in memory.</param>
    public MemoryEngine(PageFolder? folder = null)
    {
        _folder = folder;
        _maps = NewMaps();
        _version = _maps.Publish();
    }

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public long SizeInUse => Volatile.Read(ref _version).Bytes;

    /// <inheritdoc/>
    public long SizeAllocated
    {
        get
        {
            var version = Volatile.Read(ref _version);
            return BytesAtLeast + Math.Max(version.Bytes, version.Allocated);
        }
    }

    /// <inheritdoc/>
    public bool HasPageFiles => _folder is not null;

    /// <inheritdoc/>
    public long HeapBytesMax => Folder.Settings.HeapBytesMax;

    private PageFolder Folder => _folder ?? throw new InvalidOperationException("this engine has no folder for page files");

    /// <inheritdoc/>
    public void Commit(WriteBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (ref readonly var operation in batch.Edits)
        {
            _maps.Apply(operation);
        }

        Volatile.Write(ref _version, _maps.Publish());
    }

    /// <inheritdoc/>
    public IReadView OpenView() => new MemoryReadView(Volatile.Read(ref _version));

    /// <inheritdoc/>
    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation) =>
        CheckpointWriter.Write(view, target, cancellation);

    /// <inheritdoc/>
    public void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null)
    {
        var maps = NewMaps();
        CheckpointReader.Read(source, maps.Put, cancellation);
        Replace(maps, accept);
    }

    /// <inheritdoc/>
    public void LoadPaged(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null)
        => Replace(PagedCheckpointReader.Read(Folder, source, cancellation), accept);

    /// <inheritdoc/>
    public bool StorePages(IReadView view, bool beforeCheckpoint, CancellationToken cancellation)
        => PageStore.Store(Folder, [.. VersionOf(view).Revisions.Pages()], beforeCheckpoint, cancellation);

    /// <inheritdoc/>
    public void WritePagedCheckpoint(IReadView view, Stream target, CancellationToken cancellation)
        => PagedCheckpointWriter.Write(VersionOf(view), target, cancellation);

    /// <inheritdoc/>
    public void ReleasePages()
    {
        var released = new HashSet<StoredFile>();
        foreach (var view in Volatile.Read(ref _version).Revisions.Pages())
        {
            if (view.Page.Stored is { } stored && released.Add(stored.File))
            {
                Folder.Disk.Release(stored.Image);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ulong> PageFilesOf(Stream source) => [.. PageTable.Read(source).Files.Select(file => file.Number)];

    /// <inheritdoc/>
    public int DeletePageFiles(IReadOnlySet<ulong> named) => Folder.DeleteExcept(named);

    /// <summary>No effect: views that are still open stay readable.</summary>
    public void Dispose()
    {
    }

    private static MemoryVersion VersionOf(IReadView view)
        => view is MemoryReadView own ? own.Open : throw new ArgumentException("the view is of another engine", nameof(view));

    private MemoryMaps NewMaps() => _folder is null ? new MemoryMaps() : new MemoryMaps(_folder.Settings.PageBytes);

    /// <summary>Reached only by a checkpoint that is valid to its last byte.</summary>
    private void Replace(MemoryMaps maps, Action<IReadView>? accept)
    {
        var version = maps.Publish();
        if (accept is not null)
        {
            using var view = new MemoryReadView(version);
            accept(view);
        }

        _maps = maps;
        Volatile.Write(ref _version, version);
    }
}
