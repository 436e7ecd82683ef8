using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Paged;

/// <summary>One frozen version of a <see cref="PagedMap"/>. Any number of threads may read it, without a lock and without a time limit.</summary>
internal readonly struct PagedMapSnapshot(OrderedMapSnapshot<PageView> pages)
{
    /// <summary>Looks one key up. The value is a part of a page and keeps that page in memory.</summary>
    internal bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        if (pages.TryGetFloor(key, out var view) && view.TryFind(key, out var index))
        {
            value = view.Page.ValueOf(index);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>The pages in key order.</summary>
    internal IEnumerable<PageView> Pages()
    {
        var cursor = pages.Seek(default, default);
        while (cursor.MoveNext())
        {
            yield return cursor.Value;
        }
    }

    /// <summary>Starts a walk through [from, to), as <see cref="IReadView.Seek"/>.</summary>
    internal PagedMapCursor Seek(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        var first = pages.TryGetFloor(from, out var view) ? view.Page.FirstKey : from;
        return new PagedMapCursor(pages.Seek(first, to, descending), from, to, descending);
    }
}
