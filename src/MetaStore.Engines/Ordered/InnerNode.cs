namespace MetaStore.Engines.Ordered;

/// <summary>Children in key order with a separator between each two, and the number of entries below each child.</summary>
/// <remarks>
/// Separator i is at most every key of child i+1 and above every key of child i. The weights are stored here and not in the children, so
/// that counting reads one node per level.
/// </remarks>
internal sealed class InnerNode : Node
{
    private ChildSlots _children;
    private WeightSlots _counts;
    private WeightSlots _lives;

    internal InnerNode(int epoch)
        : base(epoch)
    {
    }

    /// <summary>A root above one child; its right neighbour is inserted next.</summary>
    internal InnerNode(int epoch, Node first, int count, int live)
        : base(epoch)
    {
        ReplaceChild(0, first);
        SetWeights(0, count, live);
    }

    internal int ChildCount => KeyCount + 1;

    internal int TotalCount => Sum(_counts, ChildCount);

    internal int TotalLive => Sum(_lives, ChildCount);

    internal Node ChildAt(int index) => _children[index]!;

    internal int CountAt(int index) => _counts[index];

    internal int LiveAt(int index) => _lives[index];

    /// <summary>The child that holds <paramref name="key"/> if any does.</summary>
    internal int ChildIndexOf(ReadOnlySpan<byte> key)
    {
        var index = LowerBound(key, out var found);
        return found ? index + 1 : index;
    }

    internal int CountBefore(int index) => Sum(_counts, index);

    internal int LiveBefore(int index) => Sum(_lives, index);

    internal void ReplaceChild(int index, Node child) => _children[index] = child;

    internal void SetWeights(int index, int count, int live)
    {
        _counts[index] = count;
        _lives[index] = live;
    }

    internal void AddWeights(int index, int count, int live)
    {
        _counts[index] += count;
        _lives[index] += live;
    }

    /// <summary>Inserts <paramref name="right"/> as the right neighbour of child <paramref name="left"/>. Requires: not full.</summary>
    internal void InsertAfter(int left, byte[] separator, Node right, int count, int live)
    {
        var children = ChildCount;
        ShiftUp((Span<Node?>)_children, left + 1, children);
        ShiftUp((Span<int>)_counts, left + 1, children);
        ShiftUp((Span<int>)_lives, left + 1, children);
        ReplaceChild(left + 1, right);
        SetWeights(left + 1, count, live);
        InsertKey(left, separator);
    }

    /// <summary>Removes a child and the separator that is no longer needed. Requires: at least two children.</summary>
    internal void RemoveChild(int index)
    {
        var children = ChildCount;
        ShiftDown((Span<Node?>)_children, index, children);
        ShiftDown((Span<int>)_counts, index, children);
        ShiftDown((Span<int>)_lives, index, children);
        _children[children - 1] = null;
        SetWeights(children - 1, 0, 0);
        RemoveKey(Math.Max(0, index - 1));
    }

    /// <summary>
    /// Moves the children after child <paramref name="last"/> into a new right neighbour; the separator between them moves up.
    /// </summary>
    internal InnerNode SplitBehind(int last, out byte[] separator)
    {
        separator = KeyAt(last);
        var right = new InnerNode(Epoch);
        right.TakeChildren(this, last + 1, 0);
        right.AppendKeys(this, last + 1, KeyCount - last - 1);
        ((Span<Node?>)_children)[(last + 1)..ChildCount].Clear();
        ((Span<int>)_counts)[(last + 1)..ChildCount].Clear();
        ((Span<int>)_lives)[(last + 1)..ChildCount].Clear();
        TruncateKeys(last);
        return right;
    }

    /// <summary>Appends the right neighbour's children; the separator between them moves down. Requires: they fit.</summary>
    internal void Join(byte[] separator, InnerNode right)
    {
        TakeChildren(right, 0, ChildCount);
        InsertKey(KeyCount, separator);
        AppendKeys(right, 0, right.KeyCount);
    }

    private void TakeChildren(InnerNode source, int from, int target)
    {
        var count = source.ChildCount - from;
        ((Span<Node?>)source._children).Slice(from, count).CopyTo(((Span<Node?>)_children)[target..]);
        ((Span<int>)source._counts).Slice(from, count).CopyTo(((Span<int>)_counts)[target..]);
        ((Span<int>)source._lives).Slice(from, count).CopyTo(((Span<int>)_lives)[target..]);
    }

    private static int Sum(ReadOnlySpan<int> weights, int count)
    {
        var sum = 0;
        foreach (var weight in weights[..count])
        {
            sum += weight;
        }

        return sum;
    }

    private static void ShiftUp<T>(Span<T> slots, int index, int count) => slots[index..count].CopyTo(slots[(index + 1)..]);

    private static void ShiftDown<T>(Span<T> slots, int index, int count) => slots[(index + 1)..count].CopyTo(slots[index..]);
}
