using MetaStore.Batching;
using MetaStore.Raft;
using MetaStore.Raft.Runtime.Node.Inbox;

namespace MetaStore.Server.Proposals;

/// <summary>Fails the callers of a batch at once when the core did not accept it.</summary>
internal sealed class ProposalFate(ProposalBatcher batcher) : IProposalObserver
{
    /// <inheritdoc/>
    public void OnProposeOutcome(ProposalBatch batch, ProposeOutcome outcome)
    {
        if (ProposalErrors.Of(outcome) is { } reason)
        {
            batcher.Fail(batch, reason);
        }
    }
}
