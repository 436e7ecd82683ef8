using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Leases;

/// <summary>Lease counters of this member since it started. Any thread.</summary>
internal sealed class LeaseCounts
{
    private static readonly TimeSpan TtlCounted = TimeSpan.FromDays(365);

    private long _granted;
    private long _revoked;
    private long _renewed;
    private long _expired;

    /// <summary>Grants applied, including those replayed at startup.</summary>
    public long Granted => Volatile.Read(ref _granted);

    /// <summary>Revokes applied, including expiries.</summary>
    public long Revoked => Volatile.Read(ref _revoked);

    /// <summary>Renewals performed as the leader.</summary>
    public long Renewed => Volatile.Read(ref _renewed);

    /// <summary>Leases revoked as the leader because they expired.</summary>
    public long Expired => Volatile.Read(ref _expired);

    /// <summary>Granted TTLs: 1 s to about 97 days. A TTL above a year counts as a year, to avoid an overflow of the sum.</summary>
    public Histogram Ttl { get; } = new(1, 24);

    public void CountGranted(long ttl)
    {
        Interlocked.Increment(ref _granted);
        TimeSpan granted = TimeSpan.FromSeconds(ttl);
        Ttl.Add(granted < TtlCounted ? granted : TtlCounted);
    }

    public void CountRevoked() => Interlocked.Increment(ref _revoked);

    public void CountRenewed() => Interlocked.Increment(ref _renewed);

    public void CountExpired() => Interlocked.Increment(ref _expired);
}
