namespace MetaStore.Client;

/// <summary>The events a watch needs next are no longer there.</summary>
public sealed class WatchCompactedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="compactRevision">Lowest revision a watch can begin at.</param>
    public WatchCompactedException(long compactRevision)
        : base($"etcdserver: mvcc: required revision has been compacted (watch from revision {compactRevision} on)")
        => CompactRevision = compactRevision;

    /// <summary>Lowest revision a watch can begin at.</summary>
    public long CompactRevision { get; }
}
