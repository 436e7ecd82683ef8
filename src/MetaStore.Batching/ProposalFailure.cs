using MetaStore.Raft;

namespace MetaStore.Batching;

/// <summary>Why a proposal failed.</summary>
public enum ProposalFailure : byte
{
    /// <summary>There was no leader to propose it. Never proposed.</summary>
    NoLeader = 0,

    /// <summary>The leader is transferring leadership. Never proposed.</summary>
    Transferring = 1,

    /// <summary>This node is stopping. Never proposed.</summary>
    Stopped = 2,

    /// <summary>A bounded queue was full. Never proposed.</summary>
    Overloaded = 3,

    /// <summary>Larger than a log entry may be. Never proposed.</summary>
    TooLarge = 4,

    /// <summary>This node is no longer a member. Never proposed.</summary>
    Removed = 5,

    /// <summary>It was proposed and the leader changed: it may or may not take effect.</summary>
    LeaderChanged = 6,

    /// <summary>It was proposed and there was no result for too long: it may or may not take effect.</summary>
    TimedOut = 7,
}

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
