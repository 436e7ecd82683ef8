namespace MetaStore.Raft.Storage.Wal.Recovery;

/// <summary>Action of recovery at the first offset without a valid frame.</summary>
internal enum TailAction
{
    /// <summary>Nothing was written there: the log ends.</summary>
    CleanEnd = 0,

    /// <summary>A torn write that was never acknowledged: clear it.</summary>
    Repair = 1,

    /// <summary>Acknowledged data may be affected: change nothing and refuse.</summary>
    Refuse = 2,
}

/// <summary>An action and its reason, for the operator.</summary>
/// <param name="Action">The action.</param>
/// <param name="Why">The finding.</param>
/// <param name="LastIndex">Highest index that a readable header of a damaged or later frame names, or 0.</param>
/// <param name="ClearTo">End of the bytes that a repair must clear; the segment's end when not given.</param>
internal readonly record struct TailClassification(TailAction Action, string Why, ulong LastIndex = 0, long ClearTo = long.MaxValue);
