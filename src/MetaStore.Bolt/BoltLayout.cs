namespace MetaStore.Bolt;

/// <summary>What the meta pages, which come first, say about the pages after them: known once a content was laid out.</summary>
public sealed class BoltLayout
{
    internal BoltLayout(int pageBytes, ulong root, ulong freelist, ulong end) => (PageBytes, Root, Freelist, End) = (pageBytes, root, freelist, end);

    /// <summary>Length of the file in bytes.</summary>
    public long Bytes => (long)End * PageBytes;

    internal int PageBytes { get; }

    internal ulong Root { get; }

    internal ulong Freelist { get; }

    internal ulong End { get; }
}
