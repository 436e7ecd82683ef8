namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>Changes by position: one array that grows, and beyond a length blocks of that length, so that no growth copies much.</summary>
/// <remarks>
/// One thread appends and then publishes the number of changes; others read below the number they have seen. An array that was replaced
/// by a larger one still has those, and nothing that was appended is changed.
/// </remarks>
internal struct ChangeList
{
    /// <summary>Below the size from which arrays are on the large object heap, and a power of two.</summary>
    private const int BlockLength = 1 << BlockBits;
    private const int BlockBits = 12;
    private const int BlocksFirst = 4;

    // Change[] or, when there are more than a block, Change[][].
    private object? _changes;

    public ChangeList(int capacity) => _changes = capacity is > 0 and <= BlockLength ? new Change[capacity] : null;

    public readonly Change this[int position]
        => _changes is Change[] all ? all[position] : ((Change[][])_changes!)[position >> BlockBits][position & (BlockLength - 1)];

    /// <summary>Appends at a position: the number of changes so far.</summary>
    public void Append(int position, Change change)
    {
        if (_changes is Change[][] || position == BlockLength)
        {
            BlockOf(position)[position & (BlockLength - 1)] = change;
            return;
        }

        var all = (Change[]?)_changes ?? [];
        if (position == all.Length)
        {
            // By one at first: most keys have few changes.
            Array.Resize(ref all, Math.Min(position + 1 + (position / 2), BlockLength));
        }

        all[position] = change;
        _changes = all;
    }

    private Change[] BlockOf(int position)
    {
        if (_changes is not Change[][] blocks)
        {
            blocks = new Change[BlocksFirst][];
            blocks[0] = (Change[])_changes!;
            _changes = blocks;
        }

        var block = position >> BlockBits;
        if (block == blocks.Length)
        {
            Array.Resize(ref blocks, 2 * block);
            _changes = blocks;
        }

        return blocks[block] ??= new Change[BlockLength];
    }
}

/// <summary>A change of a key as its <see cref="KeyCell"/> stores it: what it shares with the changes before it is left out.</summary>
/// <param name="Main">Revision of the change.</param>
/// <param name="Sub">Order inside the revision.</param>
/// <param name="Start">Position in the cell of the first change of its generation; -1 for a tombstone.</param>
internal readonly record struct Change(long Main, int Sub, int Start);
