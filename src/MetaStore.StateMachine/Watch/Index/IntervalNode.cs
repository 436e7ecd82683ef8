namespace MetaStore.StateMachine.Watch.Index;

/// <summary>A node of <see cref="IntervalIndex"/>: a range, and the greatest end in its subtree.</summary>
internal sealed class IntervalNode(WatchBucket bucket, uint priority)
{
    public WatchBucket Bucket { get; } = bucket;

    /// <summary>Heap order: greatest at the root.</summary>
    public uint Priority { get; } = priority;

    public IntervalNode? Left { get; set; }

    public IntervalNode? Right { get; set; }

    /// <summary>Greatest end in this subtree; empty = no end.</summary>
    public byte[] Reach { get; private set; } = bucket.Range.To;

    /// <summary>Recomputes the greatest end after a child has changed.</summary>
    public void Update() => Reach = Further(Further(Bucket.Range.To, Left), Right);

    private static byte[] Further(byte[] reach, IntervalNode? child)
        => child is not null && WatchRange.CompareEnds(child.Reach, reach) > 0 ? child.Reach : reach;
}
