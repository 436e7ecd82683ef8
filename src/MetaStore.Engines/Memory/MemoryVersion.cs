using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Memory;

/// <summary>All buckets as one commit left them. Immutable, shared by every view of that commit.</summary>
internal sealed class MemoryVersion
{
    private readonly OrderedMapSnapshot<byte[]>[] _buckets;

    private MemoryVersion(OrderedMapSnapshot<byte[]>[] buckets, long bytes)
    {
        _buckets = buckets;
        Bytes = bytes;
        foreach (var bucket in buckets)
        {
            Entries += bucket.Count;
        }
    }

    /// <summary>Key and value bytes in all buckets.</summary>
    internal long Bytes { get; }

    internal long Entries { get; }

    internal static MemoryVersion Of(OrderedMap<byte[]>[] maps, long bytes)
    {
        var buckets = new OrderedMapSnapshot<byte[]>[maps.Length];
        for (var i = 0; i < maps.Length; i++)
        {
            buckets[i] = maps[i].Publish();
        }

        return new MemoryVersion(buckets, bytes);
    }

    internal ref readonly OrderedMapSnapshot<byte[]> this[Bucket bucket] => ref _buckets[(int)bucket];
}
