using System.Runtime.InteropServices;
using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Memory;

/// <summary>Everything in ordered maps in memory; what a crash would lose is in the Raft log and in snapshots.</summary>
/// <remarks>
/// A commit changes the maps in place or by copy and then publishes one immutable set of versions through one reference, so a view is
/// atomic over all buckets and opening it costs one read. Values that fill their array are kept, slices are copied, so that a small value
/// never keeps a large buffer alive.
/// </remarks>
public sealed class MemoryEngine : IStorageEngine
{
    /// <summary>Name in the configuration.</summary>
    public const string EngineName = "memory";

    // Two array headers, two references, a key head and the share of inner nodes and of free space in leaves: measured 86 bytes, rounded
    // up.
    private const int BytesPerEntry = 96;

    // An empty engine still has its maps; monitoring treats a size of zero as "absent".
    private const int BytesAtLeast = 16 * 1024;

    private readonly OrderedMap<byte[]>[] _maps;
    private MemoryVersion _version;

    /// <summary>Creates an empty engine.</summary>
    public MemoryEngine()
    {
        _maps = NewMaps();
        _version = MemoryVersion.Of(_maps, bytes: 0);
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
            return BytesAtLeast + version.Bytes + (version.Entries * BytesPerEntry);
        }
    }

    /// <inheritdoc/>
    public void Commit(WriteBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var bytes = _version.Bytes;
        for (var i = 0; i < batch.Operations.Count; i++)
        {
            var operation = batch.Operations[i];
            bytes += operation.IsDelete ? Delete(operation) : Put(operation);
        }

        Volatile.Write(ref _version, MemoryVersion.Of(_maps, bytes));
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
        var bytes = 0L;
        CheckpointReader.Read(source, Keep, cancellation);

        // Reached only by a checkpoint that is valid to its last byte.
        var version = MemoryVersion.Of(maps, bytes);
        if (accept is not null)
        {
            using var view = new MemoryReadView(version);
            accept(view);
        }

        maps.CopyTo(_maps, 0);
        Volatile.Write(ref _version, version);

        void Keep(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            maps[(int)bucket].Set(key.ToArray(), value.ToArray());
            bytes += key.Length + value.Length;
        }
    }

    /// <summary>No effect: views that are still open stay readable.</summary>
    public void Dispose()
    {
    }

    private long Put(in WriteBatch.Operation operation)
    {
        ref var slot = ref _maps[(int)operation.Bucket].Upsert(ArrayOf(operation.Key), live: true, out var added);
        var before = added ? -operation.Key.Length : slot.Length;
        slot = ArrayOf(operation.Value);
        return slot.Length - before;
    }

    private long Delete(in WriteBatch.Operation operation) =>
        _maps[(int)operation.Bucket].Remove(operation.Key.Span, out var value) ? -(operation.Key.Length + value.Length) : 0;

    private static OrderedMap<byte[]>[] NewMaps()
    {
        var maps = new OrderedMap<byte[]>[Enum.GetValues<Bucket>().Length];
        for (var i = 0; i < maps.Length; i++)
        {
            maps[i] = new OrderedMap<byte[]>();
        }

        return maps;
    }

    private static byte[] ArrayOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();
}
