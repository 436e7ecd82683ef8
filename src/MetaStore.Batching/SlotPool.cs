namespace MetaStore.Batching;

/// <summary>Arrays of slots of batches that are answered, for batches to come: a proposal in steady state then allocates nothing.</summary>
/// <remarks>
/// The last array given back is the next one taken, so that few circulate and all of those soon have the size of the largest batch.
/// Not thread-safe: the batcher's lock guards it.
/// </remarks>
internal sealed class SlotPool
{
    /// <summary>64 Ki slots in all, 1 MiB: the arrays of a full pipeline, and no more after a time of very large batches.</summary>
    private const int SlotsMax = 64 << 10;

    private readonly Stack<ProposalBatch.Slot[]> _arrays = new();
    private int _slots;

    /// <summary>An array without content, new and of <paramref name="expected"/> slots when there is none to be used again.</summary>
    public ProposalBatch.Slot[] Take(int expected)
    {
        if (_arrays.TryPop(out ProposalBatch.Slot[]? array))
        {
            _slots -= array.Length;
            return array;
        }

        return new ProposalBatch.Slot[expected];
    }

    /// <summary>Takes an array back that nothing refers to any more; one that would exceed the bound is left to the collector.</summary>
    /// <param name="array">Without content.</param>
    public void Return(ProposalBatch.Slot[] array)
    {
        if (_slots + array.Length <= SlotsMax)
        {
            _slots += array.Length;
            _arrays.Push(array);
        }
    }
}
