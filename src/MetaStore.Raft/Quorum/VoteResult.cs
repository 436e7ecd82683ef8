namespace MetaStore.Raft.Quorum;

/// <summary>How an election stands.</summary>
public enum VoteResult : byte
{
    /// <summary>Open: missing votes can still decide it.</summary>
    Pending = 0,

    /// <summary>A quorum said no, or enough that yes is out of reach.</summary>
    Lost = 1,

    /// <summary>A quorum said yes.</summary>
    Won = 2,
}
