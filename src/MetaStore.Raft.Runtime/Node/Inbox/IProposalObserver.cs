using MetaStore.Batching;

namespace MetaStore.Raft.Runtime.Node.Inbox;

/// <summary>Receives the core's answer to each proposed batch.</summary>
public interface IProposalObserver
{
    /// <summary>The core's answer to a batch that <see cref="IProposalSink.TryPropose"/> had taken.</summary>
    /// <param name="batch">The batch; its <see cref="ProposalBatch.Term"/> is set when it was appended or forwarded.</param>
    /// <param name="outcome">
    /// Appended and Forwarded guarantee nothing yet. Any other value means: never proposed, and no further report follows.
    /// </param>
    /// <remarks>Called once per batch by the raft thread; must not block.</remarks>
    void OnProposeOutcome(ProposalBatch batch, ProposeOutcome outcome);
}
