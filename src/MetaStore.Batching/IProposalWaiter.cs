namespace MetaStore.Batching;

/// <summary>Receives the failure of a proposal.</summary>
public interface IProposalWaiter
{
    /// <summary>The proposal will not be completed by the apply loop of this node.</summary>
    /// <param name="reason">Why; <see cref="ProposalFailureExtensions.NeverProposed"/> says whether it can still take effect.</param>
    /// <remarks>Called at most once and without the batcher's lock, on any thread; must not block.</remarks>
    void OnDropped(ProposalFailure reason);
}
