using MetaStore.Raft;

namespace MetaStore.Batching;

/// <summary>What a failure says about the proposal, and which failure an answer of the core is.</summary>
public static class ProposalFailureExtensions
{
    /// <summary>True when the proposal can never take effect, so that the caller may safely repeat it.</summary>
    public static bool NeverProposed(this ProposalFailure reason) => reason < ProposalFailure.LeaderChanged;

    /// <summary>Null when the proposal is in the log or was forwarded to the leader; otherwise it was never proposed, for this reason.</summary>
    public static ProposalFailure? ToFailure(this ProposeOutcome outcome) => outcome switch
    {
        ProposeOutcome.Appended or ProposeOutcome.Forwarded => null,
        ProposeOutcome.NoLeader => ProposalFailure.NoLeader,
        ProposeOutcome.Transferring => ProposalFailure.Transferring,
        ProposeOutcome.Removed => ProposalFailure.Removed,
        _ => ProposalFailure.Overloaded,
    };
}
