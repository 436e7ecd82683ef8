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
    // The first change by its parts: as a KeyVersion it would take eight bytes more.
    private readonly long _main = first.Main;
    private readonly long _create = first.Create;
    private readonly long _version = first.Version;
    private readonly int _sub = first.Sub;

    /// <summary>Start of the newest change, as in <see cref="Change"/>: an overwrite then reads no change. The apply thread's.</summary>
    private int _start = first.IsTombstone ? -1 : 0;
    private ChangeList _later;

    /// <summary>Number of changes, published or not.</summary>
    public int Count => 1 + _later.Count;

    /// <summary>Newest change, published or not.</summary>
    public KeyVersion Newest => this[Count - 1];

    /// <summary>A change by its position; 0 is the oldest that is kept.</summary>
    public KeyVersion this[int position]
    {
        get
        {
            if (position == 0)
            {
                return new KeyVersion(_main, _sub, _create, _version);
            }

            var change = _later[position - 1];
            return change.Start switch
            {
                < 0 => new KeyVersion(change.Main, change.Sub, 0, 0),
                0 => new KeyVersion(change.Main, change.Sub, _create, _version + position),
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
            0 => (_create, _version + _later.Count),
            var start => (_later[start - 1].Main, Count - start),
        };
        return _start >= 0;
    }

    /// <summary>Appends a change, which is newer than all others.</summary>
    public void Push(long main, int sub, bool isTombstone, ChangeArena arena) => Append(new Change(main, sub, isTombstone ? -1 : _start < 0 ? Count : _start), arena);

    /// <summary>A new cell with the changes from a position on; this one stays unchanged for older readers.</summary>
    public KeyCell From(int position, ChangeArena arena)
    {
        var count = Count;
        var kept = new KeyCell(this[position]) { _later = new ChangeList(count - position - 1) };
        for (var i = position + 1; i < count; i++)
        {
            var change = _later[i - 1];
            kept.Append(change with { Start = change.Start < 0 ? -1 : Math.Max(0, change.Start - position) }, arena);
        }

        return kept;
    }

    private void Append(Change change, ChangeArena arena)
    {
        _start = change.Start;
        _later.Append(change, arena);
    }

    private long MainOf(int position) => position == 0 ? _main : _later[position - 1].Main;
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
