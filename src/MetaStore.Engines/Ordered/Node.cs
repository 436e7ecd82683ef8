using System.Runtime.CompilerServices;

namespace MetaStore.Engines.Ordered;

/// <summary>Base of leaves and inner nodes: sorted keys, and a search that rarely touches the key objects.</summary>
/// <remarks>
/// Invariant: every key starts with the first <see cref="_skip"/> bytes of key 0, and head i is key i's next eight bytes. Keys of one node
/// are neighbours, so they share a long prefix ("/registry/pods/..."), and a search compares numbers in the node itself; only
/// ties read a key object. A node whose epoch is older than the map's is frozen: readers may hold it, so it is not written to.
/// </remarks>
internal abstract class Node
{
    private int _skip;
    private HeadSlots _heads;
    private KeySlots _keys;

    protected Node(int epoch) => Epoch = epoch;

    /// <summary>The map's epoch at which this node was made; only in that epoch may it be changed in place.</summary>
    internal int Epoch { get; private set; }

    /// <summary>Number of keys: entries of a leaf, separators of an inner node.</summary>
    internal int KeyCount { get; private set; }

    internal bool IsFull => KeyCount == NodeSlots.Capacity;

    internal byte[] KeyAt(int index) => _keys[index]!;

    internal byte[] LastKey => _keys[KeyCount - 1]!;

    /// <summary>The same content, changeable in <paramref name="epoch"/>.</summary>
    internal Node CloneFor(int epoch)
    {
        var copy = (Node)MemberwiseClone();
        copy.Epoch = epoch;
        return copy;
    }

    /// <summary>Position of the first key that is not below <paramref name="key"/>, <see cref="KeyCount"/> when there is none.</summary>
    internal int LowerBound(ReadOnlySpan<byte> key, out bool found)
    {
        found = false;
        var high = KeyCount;
        if (high == 0)
        {
            return 0;
        }

        var skip = _skip;
        if (skip > 0)
        {
            // Without the shared prefix the key is below or above all of them.
            var side = key[..Math.Min(key.Length, skip)].SequenceCompareTo(_keys[0].AsSpan(0, skip));
            if (side != 0)
            {
                return side < 0 ? 0 : high;
            }
        }

        var head = KeyHead.Of(key, skip);
        var low = 0;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var other = _heads[middle];
            if (other < head)
            {
                low = middle + 1;
            }
            else if (other > head)
            {
                high = middle;
            }
            else
            {
                var order = _keys[middle].AsSpan(skip).SequenceCompareTo(key[skip..]);
                if (order == 0)
                {
                    found = true;
                    return middle;
                }

                low = order < 0 ? middle + 1 : low;
                high = order < 0 ? high : middle;
            }
        }

        return low;
    }

    /// <summary>Position of a key; -1 when the node does not have it. Reads one key object where <see cref="LowerBound"/> reads two.</summary>
    internal int Find(ReadOnlySpan<byte> key)
    {
        var skip = _skip;
        if (key.Length < skip)
        {
            return -1;
        }

        var head = KeyHead.Of(key, skip);
        int low = 0, high = KeyCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var other = _heads[middle];
            if (other == head)
            {
                var candidate = _keys[middle].AsSpan();
                var order = candidate[skip..].SequenceCompareTo(key[skip..]);
                if (order == 0)
                {
                    // The prefix is shared by all keys of the node.
                    return candidate[..skip].SequenceEqual(key[..skip]) ? middle : -1;
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
            }
            else
            {
                (low, high) = other < head ? (middle + 1, high) : (low, middle);
            }
        }

        return -1;
    }

    /// <summary>Opens a slot at <paramref name="index"/> for a key that belongs there. Requires: not full.</summary>
    protected void InsertKey(int index, byte[] key)
    {
        var count = KeyCount;
        Span<byte[]?> keys = _keys;
        Span<ulong> heads = _heads;
        if (count > 0 && _skip > 0)
        {
            var shared = key.AsSpan().CommonPrefixLength(keys[0].AsSpan(0, _skip));
            if (shared < _skip)
            {
                Rehead(shared);
            }
        }

        keys[index..count].CopyTo(keys[(index + 1)..]);
        heads[index..count].CopyTo(heads[(index + 1)..]);
        keys[index] = key;
        heads[index] = KeyHead.Of(key, _skip);
        KeyCount = ++count;
        if ((count & (count - 1)) == 0)
        {
            Tighten();
        }
    }

    protected void RemoveKey(int index)
    {
        var count = KeyCount;
        Span<byte[]?> keys = _keys;
        Span<ulong> heads = _heads;
        keys[(index + 1)..count].CopyTo(keys[index..]);
        heads[(index + 1)..count].CopyTo(heads[index..]);
        keys[count - 1] = null;
        KeyCount = count - 1;
        if (KeyCount == 0)
        {
            _skip = 0;
        }
    }

    /// <summary>Drops every key from <paramref name="count"/> on.</summary>
    protected void TruncateKeys(int count)
    {
        ((Span<byte[]?>)_keys)[count..KeyCount].Clear();
        KeyCount = count;
        if (count == 0)
        {
            _skip = 0;
        }

        Tighten();
    }

    /// <summary>Appends a run of another node's keys; all of them above this node's. Requires: they fit.</summary>
    protected void AppendKeys(Node source, int from, int count)
    {
        if (count == 0)
        {
            return;
        }

        ((Span<byte[]?>)source._keys).Slice(from, count).CopyTo(((Span<byte[]?>)_keys)[KeyCount..]);
        KeyCount += count;
        Rehead(SharedByEnds());
    }

    private void Tighten()
    {
        // The common prefix of the first and the last key of a sorted run is common to all its keys.
        var shared = KeyCount == 0 ? 0 : SharedByEnds();
        if (shared > _skip)
        {
            Rehead(shared);
        }
    }

    /// <summary>For a single key no prefix is split off: it would have to be put back with the next key.</summary>
    private int SharedByEnds() => KeyCount < 2 ? 0 : _keys[0].AsSpan().CommonPrefixLength(LastKey);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Rehead(int skip)
    {
        _skip = skip;
        for (var i = 0; i < KeyCount; i++)
        {
            _heads[i] = KeyHead.Of(_keys[i], skip);
        }
    }
}
