using System.Diagnostics.CodeAnalysis;

namespace MetaStore.Batching;

/// <summary>Batches of this member on their way through the log, by the id of their first proposal: one look-up per batch.</summary>
/// <param name="memberId">This member; batches of others are never found here.</param>
/// <remarks>Thread-safe. Bounded by admission, which counts a proposal until its batch leaves here.</remarks>
public sealed class InFlightBatches(ulong memberId)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ProposalBatch> _batches = [];

    /// <summary>This member.</summary>
    public ulong MemberId { get; } = memberId;

    /// <summary>Batches that are on their way.</summary>
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

    /// <summary>Remembers a batch until somebody takes it.</summary>
    internal void Add(ProposalBatch batch)
    {
        lock (_gate)
        {
            _batches.Add(batch.FirstId, batch);
        }
    }

    /// <summary>Takes the batch that an applied entry belongs to. Whoever gets it owns its waiters, nobody else can.</summary>
    /// <param name="memberId">Whose it is.</param>
    /// <param name="firstId">Id of its first proposal.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="count">Its proposals as the entry has them; a batch of another length only looks like the one that waits. 0 = any.</param>
    /// <returns>False for a batch of another member, of an earlier life, or already given up.</returns>
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
