using MetaStore.Engines.Memory;
using MetaStore.Engines.PageFiles;
using MetaStore.IO;

namespace MetaStore.Engines.Tests.PageFiles;

/// <summary>A memory engine that moves what it can to page files after every commit and every load.</summary>
internal sealed class StoringEngine(string folder) : IStorageEngine
{
    private readonly MemoryEngine _engine = new(new PageFolder(PhysicalDisk.Instance, folder, PagedRig.Small with { PageBytes = 200 }));

    public string Name => _engine.Name;

    public long SizeInUse => _engine.SizeInUse;

    public long SizeAllocated => _engine.SizeAllocated;

    public void Commit(WriteBatch batch)
    {
        _engine.Commit(batch);
        Store();
    }

    public IReadView OpenView() => _engine.OpenView();

    public void WriteCheckpoint(IReadView view, Stream target, CancellationToken cancellation) => _engine.WriteCheckpoint(view, target, cancellation);

    public void Load(Stream source, CancellationToken cancellation, Action<IReadView>? accept = null)
    {
        _engine.Load(source, cancellation, accept);
        Store();
    }

    public void Dispose() => _engine.Dispose();

    private void Store()
    {
        using var view = OpenView();
        _engine.StorePages(view, beforeCheckpoint: true, CancellationToken.None);
        _engine.DeletePageFiles(new HashSet<ulong>());
    }
}
