namespace MetaStore.Batching;

/// <summary>Receives closed batches; the node's mailbox.</summary>
public interface IProposalSink
{
    /// <summary>Proposes one batch. Called once per batch, one call at a time, in ID order.</summary>
    /// <returns>False when the bounded mailbox is full: the batch is not proposed and its waiters fail as overloaded.</returns>
    /// <remarks>Any thread, without the batcher's lock. Must not block; may call back into the batcher.</remarks>
    bool TryPropose(ProposalBatch batch);
}
