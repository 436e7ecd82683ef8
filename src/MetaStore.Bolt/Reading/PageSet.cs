namespace MetaStore.Bolt.Reading;

/// <summary>A set of page numbers below a bound: one bit each.</summary>
internal sealed class PageSet(ulong end)
{
    private readonly ulong[] _bits = new ulong[(end / 64) + 1];

    /// <summary>Adds a page; false when it was a member already.</summary>
    public bool Add(ulong page)
    {
        ref var word = ref _bits[page / 64];
        var bit = 1UL << (int)(page % 64);
        var isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }
}
