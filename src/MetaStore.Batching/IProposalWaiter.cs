namespace MetaStore.Batching;

/// <summary>The caller of one proposal, as the batcher knows it.</summary>
public interface IProposalWaiter
{
    /// <summary>Ends the wait: the apply loop of this node will have no result for the proposal.</summary>
    /// <param name="reason">Why; <see cref="ProposalFailureExtensions.NeverProposed"/> says whether it can still take effect.</param>
    /// <remarks>Called at most once and without the batcher's lock, on any thread; must not block.</remarks>
    void Fail(ProposalFailure reason);
}
