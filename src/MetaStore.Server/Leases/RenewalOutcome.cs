namespace MetaStore.Server.Leases;

/// <summary>Outcome of renewing a lease at the <see cref="LeaseClock"/>.</summary>
internal enum RenewalOutcome
{
    /// <summary>The lease has its full TTL again.</summary>
    Renewed,

    /// <summary>There is no such lease.</summary>
    Missing,

    /// <summary>It has expired and is about to be revoked: too late.</summary>
    Expiring,

    /// <summary>Its remaining time is recorded in the log: the record must be cleared first, or the next leader would not know of the renewal.</summary>
    Recorded,

    /// <summary>The timers do not run in the term that the caller had confirmed.</summary>
    NotLeading,
}
