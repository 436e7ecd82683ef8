using System.Runtime.InteropServices;
using MetaStore.Engines.Ordered;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.Memory;

/// <summary>The buckets as the writer changes them, and their sizes. Thread: the writer's.</summary>
internal sealed class MemoryMaps
{
    // In a bucket without pages: two array headers, two references, a key head and the share of inner nodes and of free space in leaves: measured 86 bytes, rounded
    // up.
    private const int BytesPerEntry = 96;

    private readonly OrderedMap<byte[]>[] _maps = new OrderedMap<byte[]>[Enum.GetValues<Bucket>().Length];
    private readonly PagedMap _revisions;
    private long _bytes;
    private long _entries;
    private long _revisionBytes;

    /// <param name="pageBytes">Bytes of a page of revisions.</param>
    internal MemoryMaps(int pageBytes = Page.SizeMax)
    {
        _revisions = new PagedMap(pageBytes);
        for (var i = 0; i < _maps.Length; i++)
        {
            _maps[i] = new OrderedMap<byte[]>();
        }
    }

    internal void Apply(in WriteBatch.Operation operation)
    {
        if (operation.Bucket == Bucket.Revisions)
        {
            _revisionBytes += operation.IsDelete
                ? _revisions.Remove(operation.Key.Span)
                : _revisions.Put(operation.Key.Span, operation.Value.Span);
        }
        else if (operation.IsDelete)
        {
            Remove(_maps[(int)operation.Bucket], operation.Key.Span);
        }
        else
        {
            Put(_maps[(int)operation.Bucket], ArrayOf(operation.Key), ArrayOf(operation.Value));
        }
    }

    /// <summary>Copies an entry in.</summary>
    internal void Put(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (bucket == Bucket.Revisions)
        {
            _revisionBytes += _revisions.Put(key, value);
        }
        else
        {
            Put(_maps[(int)bucket], key.ToArray(), value.ToArray());
        }
    }

    /// <summary>Adds a page of revisions from a file, after all revisions that are here.</summary>
    internal void AddStored(in PageView view) => _revisionBytes += _revisions.AddStored(view);

    /// <summary>Freezes the present state.</summary>
    internal MemoryVersion Publish()
    {
        var buckets = new OrderedMapSnapshot<byte[]>[_maps.Length];
        for (var i = 0; i < _maps.Length; i++)
        {
            buckets[i] = _maps[i].Publish();
        }

        return new MemoryVersion(buckets, _revisions.Publish())
        {
            Bytes = _bytes + _revisionBytes,
            Allocated = _bytes + (_entries * BytesPerEntry) + _revisions.Allocated,
        };
    }

    private void Put(OrderedMap<byte[]> map, byte[] key, byte[] value)
    {
        ref var slot = ref map.Upsert(key, live: true, out var added);
        _bytes += value.Length + (added ? key.Length : -slot.Length);
        _entries += added ? 1 : 0;
        slot = value;
    }

    private void Remove(OrderedMap<byte[]> map, ReadOnlySpan<byte> key)
    {
        if (map.Remove(key, out var value))
        {
            _bytes -= key.Length + value.Length;
            _entries--;
        }
    }

    private static byte[] ArrayOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();
}
