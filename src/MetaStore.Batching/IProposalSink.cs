namespace MetaStore.Batching;

/// <summary>Takes finished batches; the node's mailbox.</summary>
public interface IProposalSink
{
    /// <summary>Takes over one batch. Called once per batch, one call at a time, in the order of the ids.</summary>
    /// <returns>False when the bounded mailbox is full: the batch was not taken and its waiters are dropped as overloaded.</returns>
    /// <remarks>Any thread, outside of the batcher's lock. Must not block; may call back into the batcher.</remarks>
    bool TryPropose(ProposalBatch batch);
}
