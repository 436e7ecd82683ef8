using MetaStore.Engines.Ordered;
using MetaStore.Engines.Paged;

namespace MetaStore.Engines.Memory;

/// <summary>All buckets as one commit left them. Immutable, shared by every view of that commit.</summary>
internal sealed class MemoryVersion(OrderedMapSnapshot<byte[]>[] buckets, PagedMapSnapshot revisions)
{
    /// <summary>Key and value bytes in all buckets.</summary>
    internal required long Bytes { get; init; }

    /// <summary>Bytes that they occupy, with the index that finds them.</summary>
    internal required long Allocated { get; init; }

    internal PagedMapSnapshot Revisions => revisions;

    internal bool TryGet(Bucket bucket, ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        if (bucket == Bucket.Revisions)
        {
            return revisions.TryGet(key, out value);
        }

        var found = buckets[(int)bucket].TryGet(key, out var array);
        value = array;
        return found;
    }

    internal IEngineCursor Seek(Bucket bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
        => bucket == Bucket.Revisions
            ? revisions.Seek(from, to, descending)
            : new MemoryCursor(buckets[(int)bucket].Seek(from, to, descending));
}
