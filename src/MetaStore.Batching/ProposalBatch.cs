using MetaStore.Batching.Entries;
using MetaStore.Batching.Statistics;
using MetaStore.Raft;
using MetaStore.Raft.Proposals;

namespace MetaStore.Batching;

/// <summary>A closed batch of proposals: the data of one log entry, encoded once, and the waiters of its proposals.</summary>
/// <remarks>
/// <see cref="Data"/> is garbage-collected memory that is not written again: WAL, peers, log and apply loop may keep slices of it and have nothing
/// to release (ADR 0006). Everything but <see cref="Term"/> is fixed before the batch is proposed.
/// </remarks>
public sealed class ProposalBatch : Proposal
{
    private ReadOnlyMemory<byte> _data;
    private Slot[] _slots;
    private int _settled;

    internal ProposalBatch(ulong memberId, ulong firstId, int count, Slot[] slots, ReadOnlyMemory<byte> data, FlushReason reason, long flushedAt)
    {
        MemberId = memberId;
        FirstId = firstId;
        Count = count;
        _data = data;
        Reason = reason;
        FlushedAt = flushedAt;
        OldestEnqueuedAt = slots[0].EnqueuedAt;
        _slots = slots;
    }

    /// <summary>The log entry's data (<see cref="BatchCodec"/>); never empty.</summary>
    public override ReadOnlyMemory<byte> Data => _data;

    /// <summary>The member that created the batch.</summary>
    public ulong MemberId { get; }

    /// <summary>ID of the first proposal; the proposal at position p has ID <c>FirstId + p</c>.</summary>
    public ulong FirstId { get; }

    /// <summary>Number of proposals, at least 1.</summary>
    public int Count { get; }

    /// <summary>Why it was sent.</summary>
    public FlushReason Reason { get; }

    /// <summary>Timestamp of the flush, of the batcher's TimeProvider.</summary>
    public long FlushedAt { get; }

    /// <summary>Term in which it was appended or forwarded: the only term it can have in the log. 0 until it was proposed.</summary>
    public ulong Term { get; private set; }

    /// <summary>Timestamp at which the first, and oldest, proposal was added.</summary>
    public long OldestEnqueuedAt { get; }

    /// <summary>Timestamp at which the proposal at <paramref name="position"/> was added. Not after <see cref="ProposalBatcher.OnBatchDone"/>.</summary>
    public long EnqueuedAt(int position) => _slots[position].EnqueuedAt;

    /// <summary>The waiter of the proposal at <paramref name="position"/>, 0 to <see cref="Count"/> - 1. Not after <see cref="ProposalBatcher.OnBatchDone"/>.</summary>
    public IProposalWaiter WaiterAt(int position) => _slots[position].Waiter;

    /// <summary>Fails every waiter, in order.</summary>
    /// <remarks>Only for the caller that took the batch out of <see cref="InFlightBatches"/>, so that waiters are called once.</remarks>
    public void Drop(ProposalFailure reason)
    {
        for (int position = 0; position < Count; position++)
        {
            _slots[position].Waiter.Fail(reason);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A batch that the core did not take fails at once.</remarks>
    public override void OnProposed(ulong term, ProposeOutcome outcome)
    {
        Term = term;
        if (outcome.ToFailure() is { } reason)
        {
            Dispatcher!.Fail(this, reason);
        }
    }

    /// <summary>Sum over all proposals of the time from enqueue to <paramref name="now"/>, in timestamp units.</summary>
    internal long TotalAge(long now)
    {
        long sum = 0;
        for (int position = 0; position < Count; position++)
        {
            sum += now - _slots[position].EnqueuedAt;
        }

        return sum;
    }

    /// <summary>Removes the slots, cleared, so that another batch can use them; reading a slot of this one throws from here on.</summary>
    /// <remarks>For the owner, after the last waiter was completed.</remarks>
    internal Slot[] TakeSlots()
    {
        Slot[] slots = _slots;
        _slots = [];
        slots.AsSpan(0, Count).Clear();
        return slots;
    }

    /// <summary>The counters it belongs to; null until it is closed for the log. Guarded by the batcher's lock.</summary>
    internal BatchStretch? Stretch { get; set; }

    /// <summary>Sends the batch and gives it up; null until then.</summary>
    internal BatchDispatcher? Dispatcher { get; set; }

    /// <summary>Replaces the data by its compressed form, before the batch is proposed.</summary>
    internal void Recode(ReadOnlyMemory<byte> data) => _data = data;

    /// <summary>True once its place in the pipeline is free. Any thread.</summary>
    internal bool IsSettled => Volatile.Read(ref _settled) != 0;

    /// <summary>True for the first caller only: the place in the pipeline is freed once.</summary>
    internal bool TrySettle() => Interlocked.Exchange(ref _settled, 1) == 0;

    /// <summary>One proposal's waiter and the time it was added.</summary>
    internal struct Slot
    {
        public IProposalWaiter Waiter;
        public long EnqueuedAt;
    }
}
