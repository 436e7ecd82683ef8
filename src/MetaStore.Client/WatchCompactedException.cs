namespace MetaStore.Client;

/// <summary>The events that a watch needs next were compacted.</summary>
public sealed class WatchCompactedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="compactRevision">Lowest revision a watch can start at.</param>
    public WatchCompactedException(long compactRevision)
        : base($"etcdserver: mvcc: required revision has been compacted (watch from revision {compactRevision} on)")
        => CompactRevision = compactRevision;

    /// <summary>Lowest revision a watch can start at.</summary>
    public long CompactRevision { get; }
}
