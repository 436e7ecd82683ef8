namespace MetaStore.StateMachine.Watch;

/// <summary>A node of <see cref="IntervalIndex"/>: a range, and how far the ranges below reach.</summary>
internal sealed class IntervalNode(WatchBucket bucket, uint priority)
{
    public WatchBucket Bucket { get; } = bucket;

    /// <summary>Greatest at the top.</summary>
    public uint Priority { get; } = priority;

    public IntervalNode? Left { get; set; }

    public IntervalNode? Right { get; set; }

    /// <summary>Greatest end in this subtree; empty = no end.</summary>
    public byte[] Reach { get; private set; } = bucket.Range.To;

    /// <summary>Computes the reach again after a child has changed.</summary>
    public void Update() => Reach = Further(Further(Bucket.Range.To, Left), Right);

    private static byte[] Further(byte[] reach, IntervalNode? child)
        => child is not null && WatchRange.CompareEnds(child.Reach, reach) > 0 ? child.Reach : reach;
}
