using System.Runtime.CompilerServices;

namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>
/// Changes by position: a run in an array that many lists share, then one array that grows, and beyond a length blocks of that length, so that no growth copies much.
/// </summary>
/// <remarks>
/// One thread appends and then publishes the count; others read below the count they have seen. A run or array that was replaced by a larger one still has those, and
/// nothing that was appended is changed. Array and offset are two words: while both change the array is null, and a reader takes an offset only between two reads of the
/// same array.
/// </remarks>
internal struct ChangeList
{
    /// <summary>Below the size from which arrays are on the large object heap, and a power of two.</summary>
    private const int BlockLength = 1 << BlockBits;
    private const int BlockBits = 12;
    private const int BlocksFirst = 4;
    private const int ShortRun = 2;

    // Change[], of the arena or its own, or, when there are more than a block, Change[][].
    private object? _changes;

    /// <summary>First change in an array of the arena; 0 in an array of its own.</summary>
    private int _offset;
    private int _count;

    public ChangeList(int capacity) => _changes = capacity is > ChangeArena.LongestRun and <= BlockLength ? new Change[capacity] : null;

    /// <summary>Number of changes, published or not.</summary>
    public readonly int Count => Volatile.Read(in _count);

    public readonly Change this[int position]
    {
        get
        {
            while (true)
            {
                var changes = Volatile.Read(in _changes);
                var offset = Volatile.Read(in _offset);
                if (changes is not null && ReferenceEquals(changes, Volatile.Read(in _changes)))
                {
                    // Casts of arrays are calls.
                    return changes.GetType() == typeof(Change[])
                        ? Unsafe.As<Change[]>(changes)[offset + position]
                        : Unsafe.As<Change[][]>(changes)[position >> BlockBits][position & (BlockLength - 1)];
                }

                Thread.SpinWait(1);
            }
        }
    }

    /// <summary>The array, up to the length of a block. The appending thread's.</summary>
    private readonly Change[] Whole => Unsafe.As<Change[]>(_changes!);

    /// <summary>Appends a change.</summary>
    public void Append(Change change, ChangeArena arena)
    {
        var position = _count;
        if (position >= BlockLength)
        {
            BlockOf(position)[position & (BlockLength - 1)] = change;
        }
        else
        {
            if (_changes is null)
            {
                Move(arena.Rent(ShortRun), arena.Array);
            }
            else if (_offset > 0)
            {
                GrowRun(position, arena);
            }
            else if (position == Whole.Length)
            {
                MoveToArray(position + 1 + (position / 2));
            }

            Whole[_offset + position] = change;
        }

        Volatile.Write(ref _count, position + 1);
    }

    private void GrowRun(int position, ChangeArena arena)
    {
        if (position == ShortRun)
        {
            var from = Whole.AsSpan(_offset, position);
            var offset = arena.Rent(ChangeArena.LongestRun);
            from.CopyTo(arena.Array.AsSpan(offset));
            Move(offset, arena.Array);
        }
        else if (position == ChangeArena.LongestRun)
        {
            MoveToArray(position + 1 + (position / 2));
        }
    }

    private void MoveToArray(int length)
    {
        var own = new Change[Math.Min(length, BlockLength)];
        Whole.AsSpan(_offset, _count).CopyTo(own);
        Move(0, own);
    }

    /// <summary>What is appended from now on is in another array, or at another place; readers may be between the two.</summary>
    private void Move(int offset, Change[] changes)
    {
        if (!ReferenceEquals(_changes, changes))
        {
            Volatile.Write(ref _changes, null);
        }

        Volatile.Write(ref _offset, offset);
        Volatile.Write(ref _changes, changes);
    }

    private Change[] BlockOf(int position)
    {
        Change[][] blocks;
        if (position == BlockLength)
        {
            blocks = new Change[BlocksFirst][];
            blocks[0] = Whole;
            Volatile.Write(ref _changes, blocks);
        }
        else
        {
            blocks = Unsafe.As<Change[][]>(_changes!);
        }

        var block = position >> BlockBits;
        if (block == blocks.Length)
        {
            Array.Resize(ref blocks, 2 * block);
            Volatile.Write(ref _changes, blocks);
        }

        return blocks[block] ??= new Change[BlockLength];
    }
}

/// <summary>A change of a key as its <see cref="KeyCell"/> stores it: what it shares with the changes before it is left out.</summary>
/// <param name="Main">Revision of the change.</param>
/// <param name="Sub">Order inside the revision.</param>
/// <param name="Start">Position in the cell of the first change of its generation; -1 for a tombstone.</param>
internal readonly record struct Change(long Main, int Sub, int Start);
