namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>The entry of a key in the index: its changes, the oldest first, of which an overwrite appends one.</summary>
/// <remarks>
/// Versions of the index share cells, so that overwriting a live key copies no node of the index. A reader must therefore look up the
/// change in force at its revision: newer ones may follow. What versions must not share goes through the index itself: the first put
/// and the delete of a key, because they change counts, and compaction, which replaces the cell.
/// The create revision and the version of a change follow from the position at which its generation starts. The first change is stored in
/// the cell itself, since most keys have one. Written by the apply thread, read by any: a change is written before the count that covers it.
/// </remarks>
internal sealed class KeyCell(KeyVersion first)
{
    private readonly KeyVersion _first = first;
    private ChangeList _later;
    private int _count = 1;

    /// <summary>Start of the newest change, as in <see cref="Change"/>, beside the count: an overwrite then reads no change. The apply thread's.</summary>
    private int _start = first.IsTombstone ? -1 : 0;

    /// <summary>Number of changes, published or not.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Newest change, published or not.</summary>
    public KeyVersion Newest => this[Count - 1];

    /// <summary>A change by its position; 0 is the oldest that is kept.</summary>
    public KeyVersion this[int position]
    {
        get
        {
            if (position == 0)
            {
                return _first;
            }

            var change = _later[position - 1];
            return change.Start switch
            {
                < 0 => new KeyVersion(change.Main, change.Sub, 0, 0),
                0 => new KeyVersion(change.Main, change.Sub, _first.Create, _first.Version + position),
                var start => new KeyVersion(change.Main, change.Sub, _later[start - 1].Main, position - start + 1),
            };
        }
    }

    /// <summary>Position of the change in force at a revision; -1 when there is none.</summary>
    public int PositionAt(long revision)
    {
        int low = 0, high = Count;
        if (MainOf(high - 1) <= revision)
        {
            return high - 1;
        }

        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = MainOf(middle) <= revision ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>The change in force at a revision; null when there is none.</summary>
    public KeyVersion? At(long revision) => PositionAt(revision) is >= 0 and var position ? this[position] : null;

    /// <summary>The change in force at a revision if the key exists then, otherwise null.</summary>
    public KeyVersion? LiveAt(long revision) => At(revision) is { IsTombstone: false } live ? live : null;

    /// <summary>What a put changes that overwrites the key: its create revision and the version of the newest change. False when the key does not exist. Thread: apply.</summary>
    public bool TryGetLive(out long create, out long version)
    {
        (create, version) = _start switch
        {
            < 0 => (0, 0),
            0 => (_first.Create, _first.Version + _count - 1),
            var start => (_later[start - 1].Main, _count - start),
        };
        return _start >= 0;
    }

    /// <summary>Appends a change, which is newer than all others.</summary>
    public void Push(long main, int sub, bool isTombstone) => Append(new Change(main, sub, isTombstone ? -1 : _start < 0 ? _count : _start));

    /// <summary>A new cell with the changes from a position on; this one stays unchanged for older readers.</summary>
    public KeyCell From(int position)
    {
        var kept = new KeyCell(this[position]) { _later = new ChangeList(_count - position - 1) };
        for (var i = position + 1; i < _count; i++)
        {
            var change = _later[i - 1];
            kept.Append(change with { Start = change.Start < 0 ? -1 : Math.Max(0, change.Start - position) });
        }

        return kept;
    }

    private void Append(Change change)
    {
        _later.Append(_count - 1, change);
        _start = change.Start;
        Volatile.Write(ref _count, _count + 1);
    }

    private long MainOf(int position) => position == 0 ? _first.Main : _later[position - 1].Main;
}

/// <summary>One change of one key.</summary>
/// <param name="Main">Revision of the change.</param>
/// <param name="Sub">Order inside the revision.</param>
/// <param name="Create">Create revision of the key's present generation; 0 for a tombstone.</param>
/// <param name="Version">Puts in the present generation; 0 for a tombstone.</param>
internal readonly record struct KeyVersion(long Main, int Sub, long Create, long Version)
{
    /// <summary>True when the key was deleted by this change.</summary>
    public bool IsTombstone => Version == 0;
}
