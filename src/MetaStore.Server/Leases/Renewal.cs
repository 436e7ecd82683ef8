namespace MetaStore.Server.Leases;

/// <summary>Answer of a <see cref="LeaseClock"/> to a renewal.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Ttl">Granted seconds when it was renewed, else 0.</param>
/// <param name="Gone">Ends when an expiring lease is revoked or leadership is lost; completed otherwise.</param>
internal readonly record struct Renewal(RenewalOutcome Outcome, long Ttl, Task Gone);
