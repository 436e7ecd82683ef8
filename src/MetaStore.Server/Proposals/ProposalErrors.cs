using MetaStore.Batching;

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
}
