namespace MetaStore.Server.Maintenance;

/// <summary>Decides when history is given up without being asked, and up to where.</summary>
/// <remarks>Not thread-safe: one loop asks. Time is the time since that loop began.</remarks>
internal interface IRetentionPolicy
{
    /// <summary>How often to ask.</summary>
    TimeSpan Interval { get; }

    /// <summary>Takes note of the store's revision; on every member, also while it does not lead, so that a new leader knows the past.</summary>
    void Observe(long revision, TimeSpan now);

    /// <summary>The revision to compact to; null when nothing is due.</summary>
    long? Due(TimeSpan now);

    /// <summary>It was done.</summary>
    void Compacted(long revision, TimeSpan now);
}
