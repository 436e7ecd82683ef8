using MetaStore.Raft.Messages;

namespace MetaStore.Raft.Runtime.Node.Stored;

/// <summary>Entries that were read back from the log's files for members that lag, and those that are to be read next.</summary>
/// <remarks>The raft thread only. Keeps the pages read last, a few MiB, and drops those that nothing asked for in a while.</remarks>
internal sealed class LoadedPages
{
    private const int PagesMax = 4;
    private const long BytesMax = 16 << 20;
    private const int WantedMax = 16;

    /// <summary>Ticks after which a page that nothing asked for is dropped: 2 s with the usual heartbeat.</summary>
    private const int TicksKept = 20;

    private readonly List<Page> _pages = [];
    private readonly List<ulong> _wanted = [];

    /// <summary>Bytes of the pages, by <see cref="Entry.Size"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>Entries from <paramref name="low"/> on, up to the one that passes <paramref name="maxBytes"/>; none when no page has the first.</summary>
    public IReadOnlyList<Entry> Find(ulong low, ulong high, long maxBytes)
    {
        foreach (Page page in _pages)
        {
            ulong first = page.Entries[0].Index;
            if (low < first || low - first >= (ulong)page.Entries.Count)
            {
                continue;
            }

            page.UnusedTicks = 0;
            int from = (int)(low - first);
            int end = (int)Math.Min((ulong)page.Entries.Count, high - first);
            int to = from;
            for (long bytes = 0; to < end && bytes <= maxBytes; to++)
            {
                bytes += page.Entries[to].Size;
            }

            return page.Entries.GetRange(from, to - from);
        }

        return [];
    }

    /// <summary>The entry is asked for and in no page. With too many others it is forgotten: who asks does so again.</summary>
    public void Want(ulong index)
    {
        if (_wanted.Count < WantedMax && !_wanted.Contains(index))
        {
            _wanted.Add(index);
        }
    }

    /// <summary>The index that was asked for first.</summary>
    public bool TryTakeWanted(out ulong index)
    {
        index = _wanted.Count > 0 ? _wanted[0] : 0;
        if (_wanted.Count == 0)
        {
            return false;
        }

        _wanted.RemoveAt(0);
        return true;
    }

    /// <summary>Adds a page and drops older ones beyond the bounds.</summary>
    /// <param name="entries">Contiguous, not empty; held.</param>
    public void Add(List<Entry> entries)
    {
        var page = new Page(entries);
        _pages.Add(page);
        Bytes += page.Bytes;
        while (_pages.Count > 1 && (_pages.Count > PagesMax || Bytes > BytesMax))
        {
            Drop(0);
        }
    }

    /// <summary>Time passes.</summary>
    public void Tick()
    {
        for (int i = _pages.Count - 1; i >= 0; i--)
        {
            if (++_pages[i].UnusedTicks > TicksKept)
            {
                Drop(i);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _pages.Clear();
        _wanted.Clear();
        Bytes = 0;
    }

    private void Drop(int at)
    {
        Bytes -= _pages[at].Bytes;
        _pages.RemoveAt(at);
    }

    private sealed class Page(List<Entry> entries)
    {
        public List<Entry> Entries { get; } = entries;

        public long Bytes { get; } = entries.Sum(static entry => (long)entry.Size);

        public int UnusedTicks { get; set; }
    }
}
