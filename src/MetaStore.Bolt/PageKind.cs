namespace MetaStore.Bolt;

/// <summary>Kind of a page; numbers of the format.</summary>
internal enum PageKind : ushort
{
    Branch = 1,
    Leaf = 2,
    Meta = 4,
    Freelist = 16,
}
