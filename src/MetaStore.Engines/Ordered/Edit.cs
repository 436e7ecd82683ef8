namespace MetaStore.Engines.Ordered;

/// <summary>Arguments and results of one change, passed down the tree and back up.</summary>
internal struct Edit<TValue>
{
    /// <summary>Array for a new entry's key; null when the key must be copied.</summary>
    internal byte[]? Owned;

    internal bool Live;

    /// <summary>Change of the number of entries and of live entries below the visited node.</summary>
    internal int CountChange;
    internal int LiveChange;

    /// <summary>Position of the entry after all splits.</summary>
    internal LeafNode<TValue>? Leaf;
    internal int Index;

    /// <summary>Separator between a split node and its new right neighbour.</summary>
    internal byte[]? Separator;

    internal TValue? Removed;

    internal void Point(LeafNode<TValue> leaf, int index)
    {
        Leaf = leaf;
        Index = index;
    }
}
