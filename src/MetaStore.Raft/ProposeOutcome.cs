namespace MetaStore.Raft;

/// <summary>What became of a proposal at the moment it was made. Nothing here says that it will be committed.</summary>
public enum ProposeOutcome : byte
{
    /// <summary>It stands in this leader's log, not yet durable.</summary>
    Appended = 0,

    /// <summary>It was sent to the leader; it may be lost on the way without a further word.</summary>
    Forwarded = 1,

    /// <summary>No leader is known. Not proposed: safe to try again.</summary>
    NoLeader = 2,

    /// <summary>Leadership is being handed over. Not proposed: safe to try again.</summary>
    Transferring = 3,

    /// <summary>Too many bytes wait for a quorum. Not proposed.</summary>
    TooMuchUncommitted = 4,

    /// <summary>This node is no member any more. Not proposed.</summary>
    Removed = 5,

    /// <summary>Another membership change is under way, or the leader has not committed in its term yet. Not proposed.</summary>
    ConfChangePending = 6,

    /// <summary>The membership change makes no sense for the configuration in force. Not proposed; trying again does not help.</summary>
    ConfChangeInvalid = 7,
}
