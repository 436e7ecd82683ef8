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
