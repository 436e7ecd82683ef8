namespace MetaStore.Server.Maintenance;

/// <summary>Decides when to compact automatically, and up to which revision.</summary>
/// <remarks>Not thread-safe: called by one loop. Times are relative to the start of that loop.</remarks>
internal interface IRetentionPolicy
{
    /// <summary>How often to check.</summary>
    TimeSpan Interval { get; }

    /// <summary>Records the store's revision; also on members that do not lead, so that a new leader has the history.</summary>
    void Observe(long revision, TimeSpan now);

    /// <summary>The revision to compact to; null when nothing is due.</summary>
    long? Due(TimeSpan now);

    /// <summary>The compaction was done.</summary>
    void Compacted(long revision, TimeSpan now);
}
