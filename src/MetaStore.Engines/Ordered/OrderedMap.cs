namespace MetaStore.Engines.Ordered;

/// <summary>An ordered map from bytes to values that one thread changes while many read frozen versions of it: a copy-on-write B+tree.</summary>
/// <typeparam name="TValue">
/// Stored inside the nodes. A version freezes the value itself, not what it refers to: use immutable objects, or structs whose shared parts
/// only grow.
/// </typeparam>
/// <remarks>
/// Keys are arrays ordered bytewise, unsigned, shorter first; the map keeps the array it is given, which must not be changed afterwards.
/// Each entry carries a live mark, and the tree keeps the number of entries and of live ones per subtree, so that counting a range costs
/// O(log n). <see cref="Publish"/> is O(1): the first change of a node after it copies that node, later ones change it in place.
/// Thread: one writer calls everything here; an <see cref="OrderedMapSnapshot{TValue}"/> from <see cref="Publish"/> may be read by any
/// thread that received it through a volatile or otherwise ordered publication. At most <see cref="int.MaxValue"/> entries.
/// </remarks>
public sealed class OrderedMap<TValue>
{
    private int _epoch;
    private Node _root = new LeafNode<TValue>(0);

    /// <summary>Number of entries.</summary>
    public int Count => Working.Count;

    /// <summary>Number of entries marked live.</summary>
    public int LiveCount => Working.LiveCount;

    /// <summary>The state as the writer sees it, not frozen: valid only on the writer's thread and until its next change.</summary>
    public OrderedMapSnapshot<TValue> Working => new(_root);

    /// <summary>Freezes the present state. O(1); free when nothing changed since the last call.</summary>
    public OrderedMapSnapshot<TValue> Publish()
    {
        if (_root.Epoch == _epoch)
        {
            _epoch++;
        }

        return new OrderedMapSnapshot<TValue>(_root);
    }

    /// <summary>Looks one key up in the writer's state.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out TValue value) => Working.TryGet(key, out value);

    /// <summary>Finds or adds the entry of a key, sets its live mark and returns a reference to its value, all in one descent.</summary>
    /// <param name="key">Copied when the entry is new.</param>
    /// <param name="live">The mark the entry has afterwards.</param>
    /// <param name="added">True when the entry is new; then the value is <c>default</c>.</param>
    /// <returns>Reference to the value; write to it before the next call on this map, never later.</returns>
    public ref TValue Upsert(ReadOnlySpan<byte> key, bool live, out bool added) => ref Upsert(key, null, live, out added);

    /// <summary>As <see cref="Upsert(ReadOnlySpan{byte}, bool, out bool)"/>, but a new entry keeps the array itself.</summary>
    public ref TValue Upsert(byte[] key, bool live, out bool added) => ref Upsert(key, key, live, out added);

    /// <summary>Sets a value. Returns true when the key is new.</summary>
    public bool Set(byte[] key, TValue value, bool live = true)
    {
        Upsert(key, key, live, out var added) = value;
        return added;
    }

    /// <summary>Removes an entry; false when there is none.</summary>
    public bool Remove(ReadOnlySpan<byte> key) => Remove(key, out _);

    /// <summary>Removes an entry and returns its value; false when there is none.</summary>
    public bool Remove(ReadOnlySpan<byte> key, out TValue value)
    {
        var edit = default(Edit<TValue>);
        _root = Own(_root);
        RemoveBelow(_root, key, ref edit);
        while (_root is InnerNode inner && inner.ChildCount == 1)
        {
            _root = inner.ChildAt(0);
        }

        value = edit.Removed!;
        return edit.CountChange < 0;
    }

    /// <summary>Removes everything; published snapshots keep what they have.</summary>
    public void Clear() => _root = new LeafNode<TValue>(_epoch);

    private ref TValue Upsert(ReadOnlySpan<byte> key, byte[]? owned, bool live, out bool added)
    {
        var edit = new Edit<TValue> { Owned = owned, Live = live };
        _root = Own(_root);
        var right = UpsertBelow(_root, key, rightmost: true, ref edit);
        if (right is not null)
        {
            var left = new OrderedMapSnapshot<TValue>(_root);
            var root = new InnerNode(_epoch, _root, left.Count, left.LiveCount);
            var (count, lives) = WeightsOf(right);
            root.InsertAfter(0, edit.Separator!, right, count, lives);
            _root = root;
        }

        added = edit.CountChange > 0;
        return ref edit.Leaf!.ValueAt(edit.Index);
    }

    /// <summary>
    /// Returns the new right neighbour when <paramref name="node"/> was split; <c>edit.Separator</c> is the separator between
    /// them.
    /// </summary>
    private Node? UpsertBelow(Node node, ReadOnlySpan<byte> key, bool rightmost, ref Edit<TValue> edit)
    {
        if (node is LeafNode<TValue> leaf)
        {
            return UpsertInto(leaf, key, rightmost, ref edit);
        }

        var inner = (InnerNode)node;
        var index = inner.ChildIndexOf(key);
        var last = rightmost && index == inner.KeyCount;
        var right = UpsertBelow(OwnChild(inner, index), key, last, ref edit);
        inner.AddWeights(index, edit.CountChange, edit.LiveChange);
        return right is null ? null : Adopt(inner, index, right, last, ref edit);
    }

    private LeafNode<TValue>? UpsertInto(LeafNode<TValue> leaf, ReadOnlySpan<byte> key, bool rightmost, ref Edit<TValue> edit)
    {
        var index = leaf.LowerBound(key, out var found);
        if (found)
        {
            edit.LiveChange = leaf.SetLive(index, edit.Live);
            edit.Point(leaf, index);
            return null;
        }

        edit.CountChange = 1;
        edit.LiveChange = edit.Live ? 1 : 0;
        var owned = edit.Owned ?? key.ToArray();
        if (!leaf.IsFull)
        {
            leaf.Insert(index, owned, edit.Live);
            edit.Point(leaf, index);
            return null;
        }

        LeafNode<TValue> right;
        if (rightmost && index == leaf.KeyCount)
        {
            // Keys inserted in ascending order (as revisions are) leave full leaves.
            right = new LeafNode<TValue>(_epoch);
            right.Insert(0, owned, edit.Live);
            edit.Point(right, 0);
        }
        else
        {
            // For ascending inserts inside the map keep most of the leaf together; an eighth is moved so that no order makes leaves of
            // one entry.
            var at = index == NodeSlots.Capacity ? NodeSlots.Capacity * 7 / 8 : NodeSlots.Capacity / 2;
            right = leaf.SplitAt(at);
            var (target, position) = index <= at ? (leaf, index) : (right, index - at);
            target.Insert(position, owned, edit.Live);
            edit.Point(target, position);
        }

        edit.Separator = right.KeyAt(0);
        return right;
    }

    /// <summary>Adds a child's new right neighbour; splits when the node is full.</summary>
    private InnerNode? Adopt(InnerNode inner, int index, Node right, bool rightmost, ref Edit<TValue> edit)
    {
        var (count, live) = WeightsOf(right);
        inner.AddWeights(index, -count, -live);
        var separator = edit.Separator!;
        if (!inner.IsFull)
        {
            inner.InsertAfter(index, separator, right, count, live);
            return null;
        }

        if (rightmost)
        {
            return new InnerNode(_epoch, right, count, live);
        }

        const int Middle = NodeSlots.Capacity / 2;
        var sibling = inner.SplitBehind(Middle, out edit.Separator);
        var (target, position) = index <= Middle ? (inner, index) : (sibling, index - Middle - 1);
        target.InsertAfter(position, separator, right, count, live);
        return sibling;
    }

    private void RemoveBelow(Node node, ReadOnlySpan<byte> key, ref Edit<TValue> edit)
    {
        if (node is LeafNode<TValue> leaf)
        {
            var position = leaf.LowerBound(key, out var found);
            if (found)
            {
                edit.Removed = leaf.ValueAt(position);
                edit.CountChange = -1;
                edit.LiveChange = leaf.IsLive(position) ? -1 : 0;
                leaf.RemoveAt(position);
            }

            return;
        }

        var inner = (InnerNode)node;
        var index = inner.ChildIndexOf(key);
        var child = OwnChild(inner, index);
        RemoveBelow(child, key, ref edit);
        inner.AddWeights(index, edit.CountChange, edit.LiveChange);
        if (edit.CountChange < 0 && inner.ChildCount > 1)
        {
            Shrink(inner, index, child);
        }
    }

    /// <summary>Drops an empty child, merges a small one with a neighbour that has space.</summary>
    private void Shrink(InnerNode inner, int index, Node child)
    {
        if (inner.CountAt(index) == 0)
        {
            inner.RemoveChild(index);
            return;
        }

        if (child.KeyCount >= NodeSlots.JoinBelow)
        {
            return;
        }

        if (index > 0 && child.KeyCount + inner.ChildAt(index - 1).KeyCount < NodeSlots.JoinAtMost)
        {
            Join(inner, index - 1);
        }
        else if (index < inner.KeyCount && child.KeyCount + inner.ChildAt(index + 1).KeyCount < NodeSlots.JoinAtMost)
        {
            Join(inner, index);
        }
    }

    private void Join(InnerNode parent, int left)
    {
        var right = parent.ChildAt(left + 1);
        if (OwnChild(parent, left) is InnerNode target)
        {
            target.Join(parent.KeyAt(left), (InnerNode)right);
        }
        else
        {
            ((LeafNode<TValue>)parent.ChildAt(left)).Join((LeafNode<TValue>)right);
        }

        parent.AddWeights(left, parent.CountAt(left + 1), parent.LiveAt(left + 1));
        parent.RemoveChild(left + 1);
    }

    private static (int Count, int Live) WeightsOf(Node node)
    {
        var view = new OrderedMapSnapshot<TValue>(node);
        return (view.Count, view.LiveCount);
    }

    private Node Own(Node node) => node.Epoch == _epoch ? node : node.CloneFor(_epoch);

    private Node OwnChild(InnerNode parent, int index)
    {
        var child = parent.ChildAt(index);
        if (child.Epoch == _epoch)
        {
            return child;
        }

        child = child.CloneFor(_epoch);
        parent.ReplaceChild(index, child);
        return child;
    }
}
