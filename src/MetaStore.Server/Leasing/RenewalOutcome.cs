namespace MetaStore.Server.Leasing;

/// <summary>What a <see cref="LeaseClock"/> made of a renewal.</summary>
internal enum RenewalOutcome
{
    /// <summary>The lease has its full time again.</summary>
    Renewed,

    /// <summary>There is no such lease.</summary>
    Missing,

    /// <summary>It ran out and is about to be revoked: too late.</summary>
    Expiring,

    /// <summary>The clock does not count for the term the caller had confirmed.</summary>
    NotLeading,
}
