namespace MetaStore.Engines.Ordered;

/// <summary>One frozen version of an <see cref="OrderedMap{TValue}"/>. <c>default</c> is empty.</summary>
/// <remarks>
/// Any number of threads may read it without a lock, without a time limit; it keeps the nodes of its version alive. Ranges are
/// [from, to): an empty <c>from</c> is the beginning, an empty <c>to</c> the end, and an inverted range holds nothing.
/// </remarks>
public readonly struct OrderedMapSnapshot<TValue>
{
    private readonly Node? _root;

    internal OrderedMapSnapshot(Node root) => _root = root;

    /// <summary>For tests that check the shape of the tree.</summary>
    internal Node? Root => _root;

    /// <summary>Number of entries.</summary>
    public int Count => _root switch
    {
        InnerNode inner => inner.TotalCount,
        null => 0,
        var leaf => leaf.KeyCount,
    };

    /// <summary>Number of entries marked live.</summary>
    public int LiveCount => _root switch
    {
        InnerNode inner => inner.TotalLive,
        LeafNode<TValue> leaf => leaf.LiveCount,
        _ => 0,
    };

    /// <summary>Looks one key up.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out TValue value) => TryGet(key, out value, out _);

    /// <summary>Looks one key up together with its live mark.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out TValue value, out bool live)
    {
        if (_root is not null)
        {
            var leaf = LeafOf(key);
            var index = leaf.Find(key);
            if (index >= 0)
            {
                value = leaf.ValueAt(index);
                live = leaf.IsLive(index);
                return true;
            }
        }

        value = default!;
        live = false;
        return false;
    }

    /// <summary>Looks up the entry with the greatest key that is not above the given one.</summary>
    public bool TryGetFloor(ReadOnlySpan<byte> key, out TValue value)
    {
        var node = _root;
        Node? before = null;
        while (node is InnerNode inner)
        {
            var index = inner.ChildIndexOf(key);
            before = index > 0 ? inner.ChildAt(index - 1) : before;
            node = inner.ChildAt(index);
        }

        if (node is LeafNode<TValue> leaf)
        {
            var index = leaf.LowerBound(key, out var found);
            if (found || index > 0)
            {
                value = leaf.ValueAt(found ? index : index - 1);
                return true;
            }
        }

        // A separator may be below the first key of its child; then the entry is the last one before that child.
        while (before is InnerNode inner)
        {
            before = inner.ChildAt(inner.ChildCount - 1);
        }

        var last = before as LeafNode<TValue>;
        value = last is null ? default! : last.ValueAt(last.KeyCount - 1);
        return last is not null;
    }

    /// <summary>Entries in the range, in O(log n).</summary>
    public int CountEntries(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var end = to.IsEmpty ? Count : Rank(to).Entries;
        return Math.Max(0, end - (from.IsEmpty ? 0 : Rank(from).Entries));
    }

    /// <summary>Live entries in the range, in O(log n).</summary>
    public int CountLive(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var end = to.IsEmpty ? LiveCount : Rank(to).Live;
        return Math.Max(0, end - (from.IsEmpty ? 0 : Rank(from).Live));
    }

    /// <summary>Starts a walk through the range, ascending, or descending from the last entry below <paramref name="to"/>.</summary>
    /// <returns>A cursor before the first entry; call MoveNext. The bounds are copied.</returns>
    public OrderedMapCursor<TValue> Seek(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) =>
        new(_root, from, to, descending);

    private LeafNode<TValue> LeafOf(ReadOnlySpan<byte> key)
    {
        var node = _root!;
        while (node is InnerNode inner)
        {
            node = inner.ChildAt(inner.ChildIndexOf(key));
        }

        return (LeafNode<TValue>)node;
    }

    /// <summary>Number of entries, and of live ones, below a key.</summary>
    private (int Entries, int Live) Rank(ReadOnlySpan<byte> key)
    {
        var node = _root;
        var (entries, live) = (0, 0);
        while (node is InnerNode inner)
        {
            var index = inner.ChildIndexOf(key);
            entries += inner.CountBefore(index);
            live += inner.LiveBefore(index);
            node = inner.ChildAt(index);
        }

        if (node is LeafNode<TValue> leaf)
        {
            var index = leaf.LowerBound(key, out _);
            entries += index;
            live += leaf.LiveBefore(index);
        }

        return (entries, live);
    }
}
