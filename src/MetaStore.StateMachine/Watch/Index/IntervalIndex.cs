namespace MetaStore.StateMachine.Watch.Index;

/// <summary>Ranges ordered by start; finds those that contain a key in O(log n + hits).</summary>
/// <remarks>
/// A treap whose nodes store the greatest end of their subtrees. Priorities are hashes of the ranges, so the shape is
/// deterministic.
/// </remarks>
internal sealed class IntervalIndex
{
    private IntervalNode? _root;

    /// <summary>The bucket of exactly this range; created if there is none.</summary>
    public WatchBucket GetOrAdd(in WatchRange range)
    {
        for (var node = _root; node is not null;)
        {
            var order = WatchRange.Compare(range, node.Bucket.Range);
            if (order == 0)
            {
                return node.Bucket;
            }

            node = order < 0 ? node.Left : node.Right;
        }

        var bucket = new WatchBucket(range);
        _root = Insert(_root, new IntervalNode(bucket, PriorityOf(range)));
        return bucket;
    }

    /// <summary>Removes a range.</summary>
    public void Remove(in WatchRange range) => _root = Remove(_root, range);

    /// <summary>Adds the bucket of every range that contains a key, in the order of the ranges.</summary>
    public void Collect(ReadOnlySpan<byte> key, List<WatchBucket> found) => Collect(_root, key, found);

    /// <summary>Adds every bucket, in the order of the ranges.</summary>
    public void CollectAll(List<WatchBucket> found) => CollectAll(_root, found);

    private static void CollectAll(IntervalNode? node, List<WatchBucket> found)
    {
        for (; node is not null; node = node.Right)
        {
            CollectAll(node.Left, found);
            found.Add(node.Bucket);
        }
    }

    private static void Collect(IntervalNode? node, ReadOnlySpan<byte> key, List<WatchBucket> found)
    {
        while (node is not null && Holds(node.Reach, key))
        {
            Collect(node.Left, key, found);
            if (key.SequenceCompareTo(node.Bucket.Range.From) < 0)
            {
                return;
            }

            if (Holds(node.Bucket.Range.To, key))
            {
                found.Add(node.Bucket);
            }

            node = node.Right;
        }
    }

    private static bool Holds(ReadOnlySpan<byte> end, ReadOnlySpan<byte> key) => end.IsEmpty || key.SequenceCompareTo(end) < 0;

    private static IntervalNode Insert(IntervalNode? node, IntervalNode added)
    {
        if (node is null)
        {
            return added;
        }

        if (WatchRange.Compare(added.Bucket.Range, node.Bucket.Range) < 0)
        {
            node.Left = Insert(node.Left, added);
            return Settle(node.Left.Priority > node.Priority ? RotateRight(node) : node);
        }

        node.Right = Insert(node.Right, added);
        return Settle(node.Right.Priority > node.Priority ? RotateLeft(node) : node);
    }

    private static IntervalNode? Remove(IntervalNode? node, in WatchRange range)
    {
        if (node is null)
        {
            return null;
        }

        var order = WatchRange.Compare(range, node.Bucket.Range);
        if (order == 0)
        {
            return Merge(node.Left, node.Right);
        }

        if (order < 0)
        {
            node.Left = Remove(node.Left, range);
        }
        else
        {
            node.Right = Remove(node.Right, range);
        }

        return Settle(node);
    }

    private static IntervalNode? Merge(IntervalNode? left, IntervalNode? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        if (left.Priority > right.Priority)
        {
            left.Right = Merge(left.Right, right);
            return Settle(left);
        }

        right.Left = Merge(left, right.Left);
        return Settle(right);
    }

    private static IntervalNode RotateRight(IntervalNode node)
    {
        var top = node.Left!;
        node.Left = top.Right;
        top.Right = Settle(node);
        return top;
    }

    private static IntervalNode RotateLeft(IntervalNode node)
    {
        var top = node.Right!;
        node.Right = top.Left;
        top.Left = Settle(node);
        return top;
    }

    private static IntervalNode Settle(IntervalNode node)
    {
        node.Update();
        return node;
    }

    /// <summary>FNV-1a over both ends with a final mix, so that similar ranges get different priorities.</summary>
    private static uint PriorityOf(in WatchRange range)
    {
        var hash = 2166136261u;
        foreach (var at in range.From)
        {
            hash = (hash ^ at) * 16777619;
        }

        hash = (hash ^ 0x100) * 16777619;
        foreach (var at in range.To)
        {
            hash = (hash ^ at) * 16777619;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        return hash ^ (hash >> 13);
    }
}
