namespace MetaStore.Raft.Runtime.Wal.Recovery;

/// <summary>What recovery does about the first place without a valid frame.</summary>
internal enum TailAction
{
    /// <summary>Nothing was written there: the log ends.</summary>
    CleanEnd = 0,

    /// <summary>A write was cut off before anybody was told about it: clear it.</summary>
    Repair = 1,

    /// <summary>Acknowledged data may be affected: change nothing and refuse.</summary>
    Refuse = 2,
}

/// <summary>A verdict and the reason, for the operator.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Why">What was found.</param>
/// <param name="LastIndex">Highest index that a readable header of a damaged or later frame names, or 0.</param>
internal readonly record struct TailJudgement(TailAction Action, string Why, ulong LastIndex = 0);
