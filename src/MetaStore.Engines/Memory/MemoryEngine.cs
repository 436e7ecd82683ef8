using MetaStore.Engines.Checkpoints;

namespace MetaStore.Engines.Memory;

/// <summary>Everything in ordered maps in memory; what a crash would lose is in the Raft log and in snapshots.</summary>
/// <remarks>
/// A commit changes the maps in place or by copy and then publishes one immutable set of versions through one reference, so a view is
/// atomic over all buckets and opening it costs one read. Revisions, which arrive in ascending order and are nearly all there is, are
/// appended to pages (ADR 0038). In the other buckets values that fill their array are kept, slices are copied, so that a small value
/// never keeps a large buffer alive.
/// </remarks>
public sealed class MemoryEngine : IStorageEngine
{
    /// <summary>Name in the configuration.</summary>
    public const string EngineName = "memory";

    // An empty engine still has its maps; monitoring treats a size of zero as "absent".
    private const int BytesAtLeast = 16 * 1024;

    private MemoryMaps _maps = new();
    private MemoryVersion _version;

    /// <summary>Creates an empty engine.</summary>
    public MemoryEngine() => _version = _maps.Publish();

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
        var maps = new MemoryMaps();
        CheckpointReader.Read(source, maps.Put, cancellation);

        // Reached only by a checkpoint that is valid to its last byte.
        var version = maps.Publish();
        if (accept is not null)
        {
            using var view = new MemoryReadView(version);
            accept(view);
        }

        _maps = maps;
        Volatile.Write(ref _version, version);
    }

    /// <summary>No effect: views that are still open stay readable.</summary>
    public void Dispose()
    {
    }
}
