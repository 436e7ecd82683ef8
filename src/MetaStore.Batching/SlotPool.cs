namespace MetaStore.Batching;

/// <summary>Reuses the slot arrays of completed batches: in steady state a proposal does not allocate.</summary>
/// <remarks>
/// The last array returned is the next one taken, so that few circulate and all of them soon have the size of the largest batch.
/// Not thread-safe: guarded by the batcher's lock.
/// </remarks>
internal sealed class SlotPool
{
    /// <summary>64 Ki slots in total, 1 MiB: the arrays of a full pipeline, and no more after a period of very large batches.</summary>
    private const int SlotsMax = 64 << 10;

    private readonly Stack<ProposalBatch.Slot[]> _arrays = new();
    private int _slots;

    /// <summary>A cleared array; a new one of <paramref name="expected"/> slots when the pool is empty.</summary>
    public ProposalBatch.Slot[] Take(int expected)
    {
        if (_arrays.TryPop(out ProposalBatch.Slot[]? array))
        {
            _slots -= array.Length;
            return array;
        }

        return new ProposalBatch.Slot[expected];
    }

    /// <summary>Returns an array that is no longer referenced; one that would exceed the bound becomes garbage.</summary>
    /// <param name="array">Cleared.</param>
    public void Return(ProposalBatch.Slot[] array)
    {
        if (_slots + array.Length <= SlotsMax)
        {
            _slots += array.Length;
            _arrays.Push(array);
        }
    }
}
