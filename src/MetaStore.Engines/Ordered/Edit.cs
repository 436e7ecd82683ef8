namespace MetaStore.Engines.Ordered;

/// <summary>What one change carries down the tree and brings back up.</summary>
internal struct Edit<TValue>
{
    /// <summary>Array for a new entry's key; null when the key must be copied.</summary>
    internal byte[]? Owned;

    internal bool Live;

    /// <summary>By how much the entries and the live entries below the visited node changed.</summary>
    internal int CountChange;
    internal int LiveChange;

    /// <summary>Where the entry is after all splits.</summary>
    internal LeafNode<TValue>? Leaf;
    internal int Index;

    /// <summary>Between a split node and its new right neighbour.</summary>
    internal byte[]? Separator;

    internal TValue? Removed;

    internal void Point(LeafNode<TValue> leaf, int index)
    {
        Leaf = leaf;
        Index = index;
    }
}
