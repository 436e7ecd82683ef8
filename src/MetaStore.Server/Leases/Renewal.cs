namespace MetaStore.Server.Leases;

/// <summary>Result of renewing a lease at the <see cref="LeaseClock"/>.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Ttl">Granted seconds when renewed, else 0.</param>
/// <param name="Gone">Completes when an expiring lease is revoked or leadership is lost; already completed otherwise.</param>
internal readonly record struct Renewal(RenewalOutcome Outcome, long Ttl, Task Gone);
