using System.Numerics;

namespace MetaStore.Engines.Ordered;

/// <summary>Entries in key order, each with a value and a live mark.</summary>
internal sealed class LeafNode<TValue> : Node
{
    private ulong _live;
    private ValueSlots<TValue> _values;

    internal LeafNode(int epoch)
        : base(epoch)
    {
    }

    internal int LiveCount => BitOperations.PopCount(_live);

    internal ref TValue ValueAt(int index) => ref _values[index];

    internal bool IsLive(int index) => (_live >> index & 1) != 0;

    /// <summary>Live entries before <paramref name="index"/>.</summary>
    internal int LiveBefore(int index) => index == 64 ? LiveCount : BitOperations.PopCount(_live & ((1UL << index) - 1));

    /// <summary>Sets the mark; returns the change of the number of live entries.</summary>
    internal int SetLive(int index, bool live)
    {
        var was = IsLive(index);
        _live = live ? _live | (1UL << index) : _live & ~(1UL << index);
        return (live ? 1 : 0) - (was ? 1 : 0);
    }

    /// <summary>Adds an entry with a default value. Requires: not full.</summary>
    internal void Insert(int index, byte[] key, bool live)
    {
        var count = KeyCount;
        Span<TValue> values = _values;
        values[index..count].CopyTo(values[(index + 1)..]);
        values[index] = default!;
        var below = _live & ((1UL << index) - 1);
        _live = below | ((_live & ~((1UL << index) - 1)) << 1) | (live ? 1UL << index : 0);
        InsertKey(index, key);
    }

    internal void RemoveAt(int index)
    {
        var count = KeyCount;
        Span<TValue> values = _values;
        values[(index + 1)..count].CopyTo(values[index..]);
        values[count - 1] = default!;
        var below = _live & ((1UL << index) - 1);
        _live = below | ((_live >> 1) & ~((1UL << index) - 1));
        RemoveKey(index);
    }

    /// <summary>Moves the entries from <paramref name="from"/> on into a new right neighbour.</summary>
    internal LeafNode<TValue> SplitAt(int from)
    {
        var right = new LeafNode<TValue>(Epoch);
        right.TakeFrom(this, from);
        ((Span<TValue>)_values)[from..KeyCount].Clear();
        _live &= (1UL << from) - 1;
        TruncateKeys(from);
        return right;
    }

    /// <summary>Appends all entries of the right neighbour. Requires: they fit.</summary>
    internal void Join(LeafNode<TValue> right) => TakeFrom(right, 0);

    private void TakeFrom(LeafNode<TValue> source, int from)
    {
        var count = source.KeyCount - from;
        if (count == 0)
        {
            return;
        }

        ((Span<TValue>)source._values).Slice(from, count).CopyTo(((Span<TValue>)_values)[KeyCount..]);
        _live |= source._live >> from << KeyCount;
        AppendKeys(source, from, count);
    }
}
