namespace MetaStore.Engines.Paged;

/// <summary>Entries of other pages, added in ascending order, in as few new pages as they need; those are sealed.</summary>
internal sealed class PageCopy(long bytesAtMost, int pageBytesMax)
{
    /// <summary>Free space up to one in so many bytes is left in a copy; more is given back by a second copy.</summary>
    private const int FreeShare = 8;

    private readonly List<Page> _pages = [];
    private byte[] _key = new byte[64];
    private Page? _page;

    internal void AddAll(in PageView view, int from, int to)
    {
        for (var index = from; index < to; index++)
        {
            if (!view.IsDeleted(index))
            {
                var length = view.Page.CopyKey(index, ref _key);
                Add(_key.AsSpan(0, length), view.Page.ValueOf(index).Span);
            }
        }
    }

    internal void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_page is null || !_page.TryAppend(key, value))
        {
            Close();
            var size = Math.Min(bytesAtMost, pageBytesMax);
            _page = new Page(key.ToArray(), Math.Max(size, Page.BytesAtMost(key.Length, value.Length)));
            _page.TryAppend(key, value);
        }
    }

    /// <summary>The new pages in key order. Nothing may be added afterwards.</summary>
    internal IReadOnlyList<Page> Finish()
    {
        Close();
        return _pages;
    }

    private void Close()
    {
        if (_page is not null)
        {
            var page = _page.Size - _page.Used > _page.Size / FreeShare ? _page.Trimmed() : _page;
            page.Seal();
            _pages.Add(page);
            _page = null;
        }
    }
}
