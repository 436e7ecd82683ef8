using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Leases;

/// <summary>What happened to leases on this member since it started. Any thread.</summary>
internal sealed class LeaseCounts
{
    private static readonly TimeSpan TtlCounted = TimeSpan.FromDays(365);

    private long _granted;
    private long _revoked;
    private long _renewed;
    private long _expired;

    /// <summary>Grants applied, those replayed at the start included.</summary>
    public long Granted => Volatile.Read(ref _granted);

    /// <summary>Revokes applied, expiries included.</summary>
    public long Revoked => Volatile.Read(ref _revoked);

    /// <summary>Renewals this member answered as the leader.</summary>
    public long Renewed => Volatile.Read(ref _renewed);

    /// <summary>Leases this member, as the leader, had removed because they ran out.</summary>
    public long Expired => Volatile.Read(ref _expired);

    /// <summary>Granted times to live: 1 s to about 97 days. A longer one than a year counts as a year, lest the sum overflows.</summary>
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
