namespace MetaStore.Raft.Tracking;

/// <summary>How a leader sends entries to one follower.</summary>
public enum ProgressState : byte
{
    /// <summary>The point up to which the logs agree is unknown: one append at a time.</summary>
    Probe = 0,

    /// <summary>The logs agree: appends are sent without waiting for responses.</summary>
    Replicate = 1,

    /// <summary>A snapshot is being sent: no appends.</summary>
    Snapshot = 2,
}
