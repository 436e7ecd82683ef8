using MetaStore.Raft;
using MetaStore.Raft.Runtime;
using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Server.Proposing;

/// <summary>Fails the callers of a batch at once when the core did not accept it.</summary>
internal sealed class ProposalFate(ProposalBatcher batcher) : IProposalObserver
{
    /// <inheritdoc/>
    public void OnProposeOutcome(SharedBatch batch, ProposeOutcome outcome)
    {
        if (ProposalDrops.Of(outcome) is { } reason)
        {
            batcher.Fail(batch, reason);
        }
    }
}
