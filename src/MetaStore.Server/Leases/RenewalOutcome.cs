namespace MetaStore.Server.Leases;

/// <summary>What a <see cref="LeaseClock"/> made of a renewal.</summary>
internal enum RenewalOutcome
{
    /// <summary>The lease has its full time again.</summary>
    Renewed,

    /// <summary>There is no such lease.</summary>
    Missing,

    /// <summary>It ran out and is about to be revoked: too late.</summary>
    Expiring,

    /// <summary>What it had left is recorded in the log: to be cleared there first, or the next leader would not know of the renewal.</summary>
    Recorded,

    /// <summary>The clock does not count for the term the caller had confirmed.</summary>
    NotLeading,
}
