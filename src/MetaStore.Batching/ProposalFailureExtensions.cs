namespace MetaStore.Batching;

/// <summary>Distinguishes proposals that were never proposed from those whose outcome is unknown.</summary>
public static class ProposalFailureExtensions
{
    /// <summary>True when the proposal can never take effect, so that the caller may safely repeat it.</summary>
    public static bool NeverProposed(this ProposalFailure reason) => reason < ProposalFailure.LeaderChanged;
}
