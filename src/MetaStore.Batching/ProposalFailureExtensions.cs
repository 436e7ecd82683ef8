namespace MetaStore.Batching;

/// <summary>The one distinction that callers must never blur: not proposed, or unknown.</summary>
public static class ProposalFailureExtensions
{
    /// <summary>True when the proposal can never take effect, so that the caller may safely send it again.</summary>
    public static bool NeverProposed(this ProposalFailure reason) => reason < ProposalFailure.LeaderChanged;
}
