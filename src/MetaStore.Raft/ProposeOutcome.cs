namespace MetaStore.Raft;

/// <summary>Result of proposing. None of the values says that the entry will be committed.</summary>
public enum ProposeOutcome : byte
{
    /// <summary>Appended to this leader's log, not yet durable.</summary>
    Appended = 0,

    /// <summary>Sent to the leader; it may be lost on the way without notice.</summary>
    Forwarded = 1,

    /// <summary>No leader is known. Not proposed: safe to try again.</summary>
    NoLeader = 2,

    /// <summary>A leadership transfer is running. Not proposed: safe to try again.</summary>
    Transferring = 3,

    /// <summary>Too many uncommitted bytes. Not proposed.</summary>
    TooMuchUncommitted = 4,

    /// <summary>This node is not a member any more. Not proposed.</summary>
    Removed = 5,

    /// <summary>Another membership change is in progress, or the leader has not committed in its term yet. Not proposed.</summary>
    ConfChangePending = 6,

    /// <summary>The membership change is invalid for the configuration in force. Not proposed; trying again does not help.</summary>
    ConfChangeInvalid = 7,
}
