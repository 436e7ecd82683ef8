using MetaStore.Batching.Entries;
using MetaStore.Batching.Statistics;

namespace MetaStore.Batching;

/// <summary>A finished run of proposals: one log entry's data, encoded once, and who waits for which part of it.</summary>
/// <remarks>
/// <see cref="Data"/> is memory of the garbage collector that nobody writes again: WAL, peers, log and apply loop may hold slices for
/// as long as they like and release nothing (ADR 0006). Everything but <see cref="Term"/> is fixed before the sink sees the batch.
/// </remarks>
public sealed class ProposalBatch
{
    private Slot[] _slots;
    private int _settled;

    internal ProposalBatch(ulong memberId, ulong firstId, int count, Slot[] slots, ReadOnlyMemory<byte> data, FlushReason reason, long flushedAt)
    {
        MemberId = memberId;
        FirstId = firstId;
        Count = count;
        Data = data;
        Reason = reason;
        FlushedAt = flushedAt;
        OldestEnqueuedAt = slots[0].EnqueuedAt;
        _slots = slots;
    }

    /// <summary>The log entry's data (<see cref="BatchCodec"/>); never empty.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>The member that made the batch.</summary>
    public ulong MemberId { get; }

    /// <summary>Id of the first proposal; proposal at position p has id <c>FirstId + p</c>.</summary>
    public ulong FirstId { get; }

    /// <summary>Proposals in it, at least 1.</summary>
    public int Count { get; }

    /// <summary>What sent it off.</summary>
    public FlushReason Reason { get; }

    /// <summary>Timestamp (of the batcher's TimeProvider) of the flush.</summary>
    public long FlushedAt { get; }

    /// <summary>Term in which it was appended or forwarded: it can be in the log with this term only. 0 until the raft thread sets it.</summary>
    public ulong Term { get; set; }

    /// <summary>Timestamp at which the first, hence oldest, proposal came in.</summary>
    public long OldestEnqueuedAt { get; }

    /// <summary>Timestamp at which the proposal at <paramref name="position"/> came in. Not after <see cref="ProposalBatcher.OnBatchDone"/>.</summary>
    public long EnqueuedAt(int position) => _slots[position].EnqueuedAt;

    /// <summary>Who waits for the proposal at <paramref name="position"/>, 0 to <see cref="Count"/> - 1. Not after <see cref="ProposalBatcher.OnBatchDone"/>.</summary>
    public IProposalWaiter WaiterAt(int position) => _slots[position].Waiter;

    /// <summary>Tells every waiter, in order, that its proposal was given up.</summary>
    /// <remarks>Only for whoever took the batch out of <see cref="InFlightBatches"/>: waiters hear of their fate once.</remarks>
    public void Drop(ProposalFailure reason)
    {
        for (int position = 0; position < Count; position++)
        {
            _slots[position].Waiter.OnDropped(reason);
        }
    }

    /// <summary>Sum over all proposals of the time between entry and <paramref name="now"/>, in timestamp units.</summary>
    internal long TotalAge(long now)
    {
        long sum = 0;
        for (int position = 0; position < Count; position++)
        {
            sum += now - _slots[position].EnqueuedAt;
        }

        return sum;
    }

    /// <summary>Takes the slots away, emptied, so that another batch can use them; reading a slot of this one throws from here on.</summary>
    /// <remarks>For the owner, after the last waiter was answered.</remarks>
    internal Slot[] TakeSlots()
    {
        Slot[] slots = _slots;
        _slots = [];
        slots.AsSpan(0, Count).Clear();
        return slots;
    }

    /// <summary>Where it is counted; null until it is cut for the log. Guarded by the batcher's lock.</summary>
    internal BatchStretch? Stretch { get; set; }

    /// <summary>Replaces the data by its compressed form, before the sink sees it.</summary>
    internal void Recode(ReadOnlyMemory<byte> data) => Data = data;

    /// <summary>True for the first caller only: the place in the pipeline is given back once.</summary>
    internal bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;

    /// <summary>One proposal's waiter and time of entry.</summary>
    internal struct Slot
    {
        public IProposalWaiter Waiter;
        public long EnqueuedAt;
    }
}
