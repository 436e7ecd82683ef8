using MetaStore.Bolt.Writing;

namespace MetaStore.Bolt;

/// <summary>Writes a bbolt file front to back into a stream, from content that comes in order: one page of each level of a tree is in memory.</summary>
/// <remarks>
/// The content is given twice: once to lay it out, because the first two pages name the last ones, and once to write it. Pages are full, none is
/// free, and bbolt's own check finds every page in use. The same content gives the same bytes.
/// </remarks>
public sealed class BoltWriter
{
    /// <summary>bbolt gives the metas of a new file the transactions 0 and 1.</summary>
    private const ulong FirstTransaction = 2;

    private readonly PageSink _pages;
    private readonly BucketTree _buckets;
    private string _last = string.Empty;

    private BoltWriter(PageSink pages) => (_pages, _buckets) = (pages, new BucketTree(pages));

    /// <summary>Lays a content out.</summary>
    /// <param name="content">Adds the buckets. Called once.</param>
    public static BoltLayout Plan(Action<BoltWriter> content) => Plan(BoltFormat.WrittenPageBytes, content);

    /// <summary>Writes a file.</summary>
    /// <param name="target">Neither flushed nor closed.</param>
    /// <param name="layout">Result of <see cref="Plan(Action{BoltWriter})"/> for the same content.</param>
    /// <param name="content">Adds the same buckets and entries again.</param>
    /// <exception cref="InvalidOperationException">The content is another one; what was written is unusable.</exception>
    public static void Write(Stream target, BoltLayout layout, Action<BoltWriter> content)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(content);
        for (var id = 0UL; id < BoltFormat.FirstDataPage; id++)
        {
            var page = new byte[layout.PageBytes];
            new BoltMeta(page.Length, layout.Root, layout.Freelist, layout.End, FirstTransaction + id).Write(page, id);
            target.Write(page);
        }

        var written = Fill(new PageSink(target, layout.PageBytes), content);
        if (written.Root != layout.Root || written.End != layout.End)
        {
            throw new InvalidOperationException($"{written.End} pages were written instead of the {layout.End} that were planned");
        }
    }

    /// <summary>Adds a bucket.</summary>
    /// <param name="name">ASCII; higher than the ones before, in the order of its bytes.</param>
    /// <param name="entries">Adds the entries of the bucket.</param>
    public void Add(string name, Action<BoltEntries> entries)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(entries);
        if (string.CompareOrdinal(name, _last) <= 0)
        {
            throw new ArgumentException($"bucket {name} comes after {_last}", nameof(name));
        }

        _last = name;
        var tree = new BucketTree(_pages);
        entries(new BoltEntries(tree));
        _buckets.AddBucket(name, tree.Complete());
    }

    /// <summary>Lays a content out in pages of another size, a power of two.</summary>
    internal static BoltLayout Plan(int pageBytes, Action<BoltWriter> content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Fill(new PageSink(Stream.Null, pageBytes), content);
    }

    private static BoltLayout Fill(PageSink pages, Action<BoltWriter> content)
    {
        var writer = new BoltWriter(pages);
        content(writer);
        var root = writer._buckets.Complete();
        return new BoltLayout(pages.PageBytes, root, pages.WriteEmptyFreelist(), pages.Next);
    }
}
