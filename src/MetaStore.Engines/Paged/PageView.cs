namespace MetaStore.Engines.Paged;

/// <summary>A page as one version of a map has it: how many of its entries exist, and which of them are deleted.</summary>
internal struct PageView
{
    private ulong[]? _deleted;
    private int _deletedEpoch;

    internal PageView(Page page) => (Page, Count) = (page, page.Count);

    /// <summary>A page from a file, with the marks of deleted entries that a version had, which may be fewer than the entries; empty for none.</summary>
    internal PageView(Page page, ReadOnlySpan<ulong> deleted)
        : this(page)
    {
        for (var index = 0; index < Count && index >> 6 < deleted.Length; index++)
        {
            if ((deleted[index >> 6] >> (index & 63) & 1) != 0)
            {
                Delete(index, epoch: -1);
            }
        }
    }

    internal Page Page { get; }

    /// <summary>Entries that this version has, deleted ones included.</summary>
    internal int Count { get; set; }

    internal int DeletedCount { get; private set; }

    /// <summary>Bytes of deleted entries and of their slots.</summary>
    internal int DeletedBytes { get; private set; }

    internal readonly bool IsDeleted(int index)
        => _deleted is { } marks && index >> 6 < marks.Length && (marks[index >> 6] >> (index & 63) & 1) != 0;

    /// <summary>The marks, a bit for each entry from the lowest; may be shorter than the entries.</summary>
    internal readonly ReadOnlySpan<ulong> Deleted => _deleted;

    /// <summary>True when this version has all that the page will ever hold, so that it can be read from a file instead.</summary>
    internal readonly bool IsFull => Page.IsSealed && Count == Page.Count;

    /// <summary>Finds a key that exists in this version.</summary>
    internal readonly bool TryFind(ReadOnlySpan<byte> key, out int index)
    {
        index = Page.LowerBound(key, Count, out var found);
        return found && !IsDeleted(index);
    }

    /// <summary>Marks an entry. Versions of an earlier epoch keep the marks they have: those are copied.</summary>
    internal void Delete(int index, int epoch)
    {
        var words = (Count + 63) >> 6;
        if (_deleted is null || _deletedEpoch != epoch || _deleted.Length < words)
        {
            var marks = new ulong[words];
            _deleted?.CopyTo(marks, 0);
            (_deleted, _deletedEpoch) = (marks, epoch);
        }

        _deleted[index >> 6] |= 1UL << (index & 63);
        DeletedCount++;
        DeletedBytes += Page.BytesOf(index);
    }
}
