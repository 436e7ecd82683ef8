using MetaStore.Engines.Ordered;

namespace MetaStore.Engines.Paged;

/// <summary>A walk through a range of one version of a <see cref="PagedMap"/>, page by page.</summary>
internal sealed class PagedMapCursor : IEngineCursor
{
    private readonly byte[] _from;
    private readonly byte[] _to;
    private readonly bool _descending;
    private OrderedMapCursor<PageView> _pages;
    private PageView _view;
    private int _index;
    private byte[] _key = new byte[32];
    private int _keyLength = -1;

    // First position after the range in this page: exclusive above when ascending, inclusive below when descending.
    private int _stop;

    internal PagedMapCursor(OrderedMapCursor<PageView> pages, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        _pages = pages;
        _from = from.ToArray();
        _to = to.ToArray();
        _descending = descending;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Key
    {
        get
        {
            if (_keyLength < 0)
            {
                _keyLength = _view.Page.CopyKey(_index, ref _key);
            }

            return _key.AsMemory(0, _keyLength);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Value => _view.Page.ValueOf(_index);

    /// <inheritdoc/>
    public bool MoveNext()
    {
        _keyLength = -1;
        while (!MoveInPage())
        {
            if (!_pages.MoveNext())
            {
                return false;
            }

            _view = _pages.Value;
            var first = _from.Length == 0 ? 0 : _view.Page.LowerBound(_from, _view.Count, out _);
            var end = _to.Length == 0 ? _view.Count : _view.Page.LowerBound(_to, _view.Count, out _);
            (_index, _stop) = _descending ? (end, first) : (first - 1, end);
        }

        return true;
    }

    /// <summary>No effect: there is nothing to release.</summary>
    public void Dispose()
    {
    }

    private bool MoveInPage()
    {
        if (_descending)
        {
            while (_index > _stop)
            {
                if (!_view.IsDeleted(--_index))
                {
                    return true;
                }
            }

            return false;
        }

        while (_index + 1 < _stop)
        {
            if (!_view.IsDeleted(++_index))
            {
                return true;
            }
        }

        return false;
    }
}
