using MetaStore.Batching;
using MetaStore.Raft;

namespace MetaStore.Server.Proposals;

/// <summary>Maps the failure of a proposal to the caller's error.</summary>
internal static class ProposalErrors
{
    public static ServerError ToError(ProposalFailure reason) => reason switch
    {
        ProposalFailure.NoLeader => ServerError.NoLeader,
        ProposalFailure.Transferring => ServerError.LeaderChanged,
        ProposalFailure.Stopped => ServerError.Stopped,
        ProposalFailure.Overloaded => ServerError.TooManyRequests,
        ProposalFailure.TooLarge => ServerError.RequestTooLarge,
        ProposalFailure.Removed => ServerError.Stopped,
        ProposalFailure.LeaderChanged => ServerError.TimeoutDueToLeaderFailure,
        _ => ServerError.Timeout,
    };

    /// <summary>Null when the batch is in the log or was forwarded to the leader.</summary>
    public static ProposalFailure? Of(ProposeOutcome outcome) => outcome switch
    {
        ProposeOutcome.Appended or ProposeOutcome.Forwarded => null,
        ProposeOutcome.NoLeader => ProposalFailure.NoLeader,
        ProposeOutcome.Transferring => ProposalFailure.Transferring,
        ProposeOutcome.Removed => ProposalFailure.Removed,
        _ => ProposalFailure.Overloaded,
    };
}
