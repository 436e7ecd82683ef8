namespace MetaStore.Engines.Ordered;

/// <summary>A walk through a range of one version of an <see cref="OrderedMap{TValue}"/>; starts before its first entry.</summary>
/// <remarks>
/// One thread. A mutable struct: keep it in a local or a field, do not copy it during a walk. It holds one leaf and finds the
/// next one from the root by the separator beside it: nodes of shared versions cannot point at their neighbours.
/// </remarks>
public struct OrderedMapCursor<TValue>
{
    private readonly Node? _root;
    private readonly byte[] _from;
    private readonly byte[] _to;
    private readonly bool _descending;
    private LeafNode<TValue>? _leaf;
    private byte[]? _next;
    private bool _started;
    private int _index;

    // First position after the range in this leaf: exclusive above when ascending, inclusive below when descending.
    private int _stop;

    internal OrderedMapCursor(Node? root, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        _root = root;
        _from = from.ToArray();
        _to = to.ToArray();
        _descending = descending;
    }

    /// <summary>Key at the position; the map's own array: never change it.</summary>
    public readonly byte[] Key => _leaf!.KeyAt(_index);

    /// <summary>Value at the position.</summary>
    public readonly ref readonly TValue Value => ref _leaf!.ValueAt(_index);

    /// <summary>Live mark at the position.</summary>
    public readonly bool IsLive => _leaf!.IsLive(_index);

    /// <summary>Moves to the next entry; false at the end and from then on.</summary>
    public bool MoveNext()
    {
        if (_leaf is not null)
        {
            _index += _descending ? -1 : 1;
        }
        else if (!_started && _root is not null)
        {
            _started = true;
            EnterFirst();
        }

        while (_leaf is not null)
        {
            if (_descending ? _index >= _stop : _index < _stop)
            {
                return true;
            }

            if (_next is null)
            {
                _leaf = null;
            }
            else if (_descending)
            {
                EnterBelow(_next);
            }
            else
            {
                EnterAt(_next);
                _index = 0;
            }
        }

        return false;
    }

    private void EnterFirst()
    {
        if (_from.Length > 0 && _to.Length > 0 && _from.AsSpan().SequenceCompareTo(_to) >= 0)
        {
            return;
        }

        if (_descending)
        {
            EnterBelow(_to);
        }
        else
        {
            EnterAt(_from);
            _index = _leaf!.LowerBound(_from, out _);
        }
    }

    /// <summary>Enters the leaf where an ascending walk continues from <paramref name="key"/>.</summary>
    private void EnterAt(byte[] key)
    {
        var node = _root!;
        _next = null;
        while (node is InnerNode inner)
        {
            var index = inner.ChildIndexOf(key);
            if (index < inner.KeyCount)
            {
                _next = inner.KeyAt(index);
            }

            node = inner.ChildAt(index);
        }

        _leaf = (LeafNode<TValue>)node;
        _stop = _leaf.KeyCount;
        if (_to.Length > 0 && (_next is null || _to.AsSpan().SequenceCompareTo(_next) <= 0))
        {
            // Everything after this leaf is at or above the bound.
            _stop = _leaf.LowerBound(_to, out _);
            _next = null;
        }
    }

    /// <summary>Enters the leaf that holds the greatest entries below <paramref name="bound"/>; empty means the last leaf.</summary>
    private void EnterBelow(byte[] bound)
    {
        var node = _root!;
        _next = null;
        while (node is InnerNode inner)
        {
            var index = bound.Length == 0 ? inner.KeyCount : inner.LowerBound(bound, out _);
            if (index > 0)
            {
                _next = inner.KeyAt(index - 1);
            }

            node = inner.ChildAt(index);
        }

        _leaf = (LeafNode<TValue>)node;
        _index = (bound.Length == 0 ? _leaf.KeyCount : _leaf.LowerBound(bound, out _)) - 1;
        _stop = 0;
        if (_from.Length > 0 && (_next is null || _from.AsSpan().SequenceCompareTo(_next) >= 0))
        {
            _stop = _leaf.LowerBound(_from, out _);
            _next = null;
        }
    }
}
