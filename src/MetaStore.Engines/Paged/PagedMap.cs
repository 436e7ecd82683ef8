using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Paged;

/// <summary>
/// An ordered map from bytes to bytes for keys that arrive in ascending order: entries are appended to large pages, and an ordered map
/// finds the page of a key by the first key in it.
/// </summary>
/// <remarks>
/// A delete marks the entry; a page of which more than a third is deleted is copied without it. Any order of edits is correct; an edit
/// that is not at the end copies its page. Pages belong to the garbage collector: a page that was replaced exists as long as a version,
/// a cursor or a value refers to it. Thread: one writer; a <see cref="PagedMapSnapshot"/> may be read by any.
/// Only the page that was made last by an append is appended to; when the next one is made it is sealed, and so are copies. A sealed
/// page may be moved to a file at any time (<see cref="Page.MoveTo"/>), which changes nothing here.
/// Source: ADR 0038, ADR 0055.
/// </remarks>
/// <param name="pageBytesMax">Bytes of a page, except of one with a single larger entry.</param>
internal sealed class PagedMap(int pageBytesMax = Page.SizeMax)
{
    /// <summary>A full page is copied when more than one in so many of its bytes is deleted.</summary>
    private const int DeletedShare = 3;

    /// <summary>A page that is copied is joined with the page before it when that is at most so many times as large.</summary>
    private const int NeighbourFactor = 4;

    private const int GrowthFactor = 4;

    private readonly OrderedMap<PageView> _pages = new();
    private Page? _last;
    private int _saved;
    private int _epoch;

    /// <summary>Bytes of all pages.</summary>
    internal long Allocated { get; private set; }

    /// <summary>Freezes the present state.</summary>
    internal PagedMapSnapshot Publish()
    {
        SaveLast();
        _epoch++;
        return new PagedMapSnapshot(_pages.Publish());
    }

    /// <summary>Sets a key; returns by how much the bytes of keys and values have grown.</summary>
    internal long Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_last is not null && _last.Compare(_last.Count - 1, key) >= 0)
        {
            return PutInside(key, value);
        }

        if (_last is null || !_last.TryAppend(key, value))
        {
            var full = _last;
            SaveLast();
            var size = full is null ? Math.Min(Page.SizeMin, pageBytesMax) : Math.Min((long)full.Size * GrowthFactor, pageBytesMax);
            var page = new Page(key.ToArray(), Math.Max(size, Page.BytesAtMost(key.Length, value.Length)));
            page.TryAppend(key, value);
            Add(page);
            if (full is not null)
            {
                full.Seal();
                _pages.TryGet(full.FirstKey, out var view);
                CopyIfSparse(view);
            }
        }

        return key.Length + value.Length;
    }

    /// <summary>Adds a page from a file after all that is here; returns the bytes of keys and values that are not deleted.</summary>
    /// <param name="view">All keys are above those that are here.</param>
    internal long AddStored(in PageView view)
    {
        SaveLast();
        _last?.Seal();
        var page = view.Page;
        Allocated += page.Size;
        _pages.Set(page.FirstKey, view);
        (_last, _saved) = (page, page.Count);
        var bytes = 0L;
        for (var index = 0; index < page.Count; index++)
        {
            bytes += view.IsDeleted(index) ? 0 : page.ContentOf(index);
        }

        return bytes;
    }

    /// <summary>Removes a key; returns by how much the bytes of keys and values have grown: zero or less.</summary>
    internal long Remove(ReadOnlySpan<byte> key)
    {
        SaveLast();
        if (!_pages.Working.TryGetFloor(key, out var found) || !found.TryFind(key, out var index))
        {
            return 0;
        }

        var page = found.Page;
        ref var view = ref _pages.Upsert(page.FirstKey, live: true, out _);
        view.Delete(index, _epoch);
        if (view.DeletedCount == view.Count)
        {
            Drop(page);
            FindLast();
        }
        else if (page != _last)
        {
            CopyIfSparse(view);
        }

        return -page.ContentOf(index);
    }

    private long PutInside(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        SaveLast();
        if (!_pages.Working.TryGetFloor(key, out var view))
        {
            // Below all keys: into the first page.
            var first = _pages.Working.Seek(default, default);
            first.MoveNext();
            view = first.Value;
        }

        var index = view.Page.LowerBound(key, view.Count, out var exists);
        var before = exists && !view.IsDeleted(index) ? view.Page.ContentOf(index) : 0;
        var copy = new PageCopy(BytesAtMost(view) + Page.BytesAtMost(key.Length, value.Length), pageBytesMax);
        copy.AddAll(view, 0, index);
        copy.Add(key, value);
        copy.AddAll(view, exists ? index + 1 : index, view.Count);
        Drop(view.Page);
        AddAll(copy);
        return key.Length + value.Length - before;
    }

    /// <summary>Copies a full page without what is deleted, together with the page before it when both are small.</summary>
    private void CopyIfSparse(PageView view)
    {
        if (view.DeletedBytes <= view.Page.Used / DeletedShare)
        {
            return;
        }

        var live = view.Page.Used - view.DeletedBytes;
        if (TryGetBefore(view.Page, out var before)
            && before.Page.Used - before.DeletedBytes is var other
            && other <= (long)live * NeighbourFactor
            && other + live <= pageBytesMax / 2)
        {
            Replace(before, view);
        }
        else
        {
            Replace(view);
        }
    }

    private bool TryGetBefore(Page page, out PageView before)
    {
        // An empty bound would be the end of the map.
        var cursor = _pages.Working.Seek(default, page.FirstKey, descending: true);
        var found = page.FirstKey.Length > 0 && cursor.MoveNext();
        before = found ? cursor.Value : default;
        return found;
    }

    private void Replace(params ReadOnlySpan<PageView> views)
    {
        var bytes = 0L;
        foreach (ref readonly var view in views)
        {
            bytes += BytesAtMost(view);
        }

        var copy = new PageCopy(bytes, pageBytesMax);
        foreach (ref readonly var view in views)
        {
            copy.AddAll(view, 0, view.Count);
            Drop(view.Page);
        }

        AddAll(copy);
    }

    /// <summary>A copied key may no longer continue as the first key of its page does, and is then stored.</summary>
    private static long BytesAtMost(in PageView view)
        => view.Page.Used - view.DeletedBytes + ((long)(view.Count - view.DeletedCount) * (EntryForm.SizeMax + view.Page.FirstKey.Length));

    private void AddAll(PageCopy copy)
    {
        foreach (var page in copy.Finish())
        {
            Add(page);
        }

        FindLast();
    }

    private void Add(Page page)
    {
        Allocated += page.Size;
        _pages.Set(page.FirstKey, new PageView(page));
        (_last, _saved) = (page, page.Count);
    }

    private void Drop(Page page)
    {
        Allocated -= page.Size;
        _pages.Remove(page.FirstKey);
    }

    private void FindLast()
    {
        var cursor = _pages.Working.Seek(default, default, descending: true);
        _last = cursor.MoveNext() ? cursor.Value.Page : null;
        _saved = _last?.Count ?? 0;
    }

    /// <summary>Gives the entries appended since the last call to the version that is published next.</summary>
    private void SaveLast()
    {
        if (_last is not null && _saved != _last.Count)
        {
            _pages.Upsert(_last.FirstKey, live: true, out _).Count = _saved = _last.Count;
        }
    }
}
