using MetaStore.Raft;
using MetaStore.Raft.Runtime.Batching;

namespace MetaStore.Server.Proposing;

/// <summary>Maps the failure of a proposal to the caller's error.</summary>
internal static class ProposalDrops
{
    public static ServerError ToError(ProposalDrop reason) => reason switch
    {
        ProposalDrop.NoLeader => ServerError.NoLeader,
        ProposalDrop.Transferring => ServerError.LeaderChanged,
        ProposalDrop.Stopped => ServerError.Stopped,
        ProposalDrop.Overloaded => ServerError.TooManyRequests,
        ProposalDrop.TooLarge => ServerError.RequestTooLarge,
        ProposalDrop.Removed => ServerError.Stopped,
        ProposalDrop.LeaderChanged => ServerError.TimeoutDueToLeaderFailure,
        _ => ServerError.Timeout,
    };

    /// <summary>Null when the batch is in the log or was forwarded to the leader.</summary>
    public static ProposalDrop? Of(ProposeOutcome outcome) => outcome switch
    {
        ProposeOutcome.Appended or ProposeOutcome.Forwarded => null,
        ProposeOutcome.NoLeader => ProposalDrop.NoLeader,
        ProposeOutcome.Transferring => ProposalDrop.Transferring,
        ProposeOutcome.Removed => ProposalDrop.Removed,
        _ => ProposalDrop.Overloaded,
    };

    /// <summary>True when waiting for a leader and proposing again is safe and may succeed, which is what etcd's proposals do.</summary>
    public static bool MayTryAgain(ProposalDrop? reason) => reason is ProposalDrop.NoLeader or ProposalDrop.Transferring;
}
