namespace MetaStore.Raft.Quorum;

/// <summary>Result of an election so far.</summary>
public enum VoteResult : byte
{
    /// <summary>Open: missing votes can still decide it.</summary>
    Pending = 0,

    /// <summary>A quorum refused, or so many that a majority is out of reach.</summary>
    Lost = 1,

    /// <summary>A quorum granted its votes.</summary>
    Won = 2,
}
