namespace MetaStore.StateMachine.Mvcc.Index;

/// <summary>Short runs of changes for the lists of many keys, cut from shared arrays. One thread.</summary>
/// <remarks>
/// An array for each key would be a small object that survives and that an old cell refers to: each collection of the youngest generation would look through the card of
/// every key that was overwritten since the last one, and copy its array. A run is never given back: the collector frees an array when no list has a run in it any more.
/// Lists that grow out of a run leave it unused until then; lists of more than <see cref="LongestRun"/> have arrays of their own.
/// </remarks>
internal sealed class ChangeArena
{
    /// <summary>Longest run: with it a key has seven changes.</summary>
    public const int LongestRun = 6;

    private const int ArrayFirst = 64;
    private const int ArrayMost = 4096;

    private int _used;

    /// <summary>The array from which the last run was cut.</summary>
    public Change[] Array { get; private set; } = [];

    /// <summary>Cuts a run from <see cref="Array"/>, which may be a new one afterwards.</summary>
    /// <param name="length">At most <see cref="LongestRun"/>.</param>
    /// <returns>Position of its first change in the array, at least 1.</returns>
    public int Rent(int length)
    {
        if (Array.Length - _used < length)
        {
            var next = Math.Clamp(2 * Array.Length, ArrayFirst, ArrayMost);

            // A full-sized one belongs to the oldest generation from the start, so that a reference to it is none to a young object.
            Array = GC.AllocateUninitializedArray<Change>(next, pinned: next == ArrayMost);
            _used = 1;
        }

        _used += length;
        return _used - length;
    }
}
