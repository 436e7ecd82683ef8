using System.Diagnostics.CodeAnalysis;

namespace MetaStore.Batching;

/// <summary>In-flight batches of this member, by the ID of their first proposal: one look-up per batch.</summary>
/// <param name="memberId">This member; batches of other members are never found.</param>
/// <remarks>Thread-safe. Bounded by admission, which counts a proposal until its batch is removed here.</remarks>
public sealed class InFlightBatches(ulong memberId)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ProposalBatch> _batches = [];

    /// <summary>This member.</summary>
    public ulong MemberId { get; } = memberId;

    /// <summary>Number of batches in flight.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _batches.Count;
            }
        }
    }

    /// <summary>Adds a batch until it is taken.</summary>
    internal void Add(ProposalBatch batch)
    {
        lock (_gate)
        {
            _batches.Add(batch.FirstId, batch);
        }
    }

    /// <summary>Takes the batch of an applied entry. Exactly one caller gets it and then owns its waiters.</summary>
    /// <param name="memberId">Member of the batch.</param>
    /// <param name="firstId">ID of its first proposal.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="count">Number of proposals in the entry; a pending batch with another number is a different one. 0 = any.</param>
    /// <returns>False for a batch of another member, from before a restart, or already given up.</returns>
    public bool TryTake(ulong memberId, ulong firstId, [NotNullWhen(true)] out ProposalBatch? batch, int count = 0)
    {
        if (memberId != MemberId)
        {
            batch = null;
            return false;
        }

        lock (_gate)
        {
            return _batches.TryGetValue(firstId, out batch) && (count == 0 || batch.Count == count) && _batches.Remove(firstId);
        }
    }

    /// <summary>Takes every batch flushed before <paramref name="timestamp"/>, oldest first.</summary>
    public IReadOnlyList<ProposalBatch> TakeFlushedBefore(long timestamp) => TakeWhere(batch => batch.FlushedAt < timestamp);

    /// <summary>Takes every batch that was proposed in a term before <paramref name="term"/>, oldest first.</summary>
    public IReadOnlyList<ProposalBatch> TakeProposedBefore(ulong term) => TakeWhere(batch => batch.Term != 0 && batch.Term < term);

    private List<ProposalBatch> TakeWhere(Func<ProposalBatch, bool> isWanted)
    {
        lock (_gate)
        {
            List<ProposalBatch> taken = [.. _batches.Values.Where(isWanted).OrderBy(batch => batch.FirstId)];
            taken.ForEach(batch => _batches.Remove(batch.FirstId));
            return taken;
        }
    }
}
