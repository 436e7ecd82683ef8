using MetaStore.Bolt.Reading;

namespace MetaStore.Bolt;

/// <summary>A walk over the entries of one bucket, ascending by key. Each page is checked when it is entered.</summary>
/// <remarks>One thread at a time. At most one page of each level of the tree is in memory.</remarks>
public sealed class BoltCursor
{
    private readonly PageFile _file;
    private readonly PageSet? _entered;
    private readonly List<Level> _levels = [];
    private int _depth;

    /// <param name="file">Source of pages.</param>
    /// <param name="entered">Receives every page; a page that is in it already is refused. Null: pages were checked before.</param>
    internal BoltCursor(PageFile file, PageSet? entered) => (_file, _entered) = (file, entered);

    /// <summary>Key at the position; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => Top.Elements.Key(Top.Index);

    /// <summary>Value at the position; valid until the next move.</summary>
    public ReadOnlySpan<byte> Value => Top.Elements.Value(Top.Index);

    /// <summary>The value is a bucket, not bytes.</summary>
    public bool IsBucket => Top.Elements.IsBucket(Top.Index);

    /// <summary>Page of the position.</summary>
    public ulong Page => Top.Elements.Page;

    private Level Top => _levels[_depth - 1];

    /// <summary>Moves to the next entry; false at the end.</summary>
    /// <exception cref="BoltException">A page is damaged.</exception>
    public bool MoveNext()
    {
        while (_depth > 0)
        {
            var top = Top;
            if (++top.Index >= top.Elements.Count)
            {
                _depth--;
            }
            else if (top.Elements.IsBranch)
            {
                Enter(top);
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    internal void Start(ulong root, ulong referrer)
    {
        var level = Push();
        level.Elements.Load(_file, root, referrer);
        Mark(level.Elements);
    }

    internal void StartInline(ReadOnlySpan<byte> page, ulong container) => Push().Elements.LoadInline(page, container);

    private void Enter(Level parent)
    {
        var page = parent.Elements.Page;
        Require(_depth < BoltFormat.HeightMax, page, $"the tree has more than {BoltFormat.HeightMax} levels");
        var isLast = parent.Index + 1 == parent.Elements.Count;
        var level = Push();
        level.Elements.Load(_file, parent.Elements.Child(parent.Index), page);
        Mark(level.Elements);
        if (isLast)
        {
            level.SetEnd(parent);
        }
        else
        {
            level.SetEnd(parent.Elements.Key(parent.Index + 1));
        }

        // bbolt's own check demands no more: a branch may name a key that is not there any more, but none in the child is lower.
        if (level.Elements.Count > 0)
        {
            Require(level.Elements.Key(0).SequenceCompareTo(parent.Elements.Key(parent.Index)) >= 0, level.Elements.Page, $"its first key is lower than page {page} says");
            Require(level.IsBelowEnd(level.Elements.Key(level.Elements.Count - 1)), level.Elements.Page, $"its last key is not lower than the next one of page {page}");
        }
    }

    private Level Push()
    {
        if (_levels.Count == _depth)
        {
            _levels.Add(new Level());
        }

        var level = _levels[_depth++];
        level.Reset();
        return level;
    }

    private void Mark(PageElements elements)
    {
        for (var i = 0UL; _entered is not null && i <= elements.Overflow; i++)
        {
            Require(_entered.Add(elements.Page + i), elements.Page + i, "it is in the tree twice, or in the tree and free");
        }
    }

    private static void Require(bool holds, ulong page, string reason)
    {
        if (!holds)
        {
            throw new BoltException(page, reason);
        }
    }

    /// <summary>A page on the path from the root, and the position in it.</summary>
    private sealed class Level
    {
        private byte[] _end = [];
        private int _endLength;
        private bool _hasEnd;

        public PageElements Elements { get; } = new();

        public int Index { get; set; }

        public void Reset() => (Index, _hasEnd) = (-1, false);

        /// <summary>Keys of this page and below are lower than this one.</summary>
        public void SetEnd(ReadOnlySpan<byte> key)
        {
            if (_end.Length < key.Length)
            {
                _end = new byte[key.Length];
            }

            key.CopyTo(_end);
            (_endLength, _hasEnd) = (key.Length, true);
        }

        public void SetEnd(Level parent)
        {
            if (parent._hasEnd)
            {
                SetEnd(parent._end.AsSpan(0, parent._endLength));
            }
        }

        public bool IsBelowEnd(ReadOnlySpan<byte> key) => !_hasEnd || key.SequenceCompareTo(_end.AsSpan(0, _endLength)) < 0;
    }
}
