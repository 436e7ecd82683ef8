namespace MetaStore.StateMachine.Leases;

/// <summary>A leader's record about a lease, so that the next leader does not start its full time again.</summary>
/// <param name="Id">The lease.</param>
/// <param name="Epoch">How often the lease's record had been cleared when this was decided.</param>
/// <param name="Remaining">Seconds left; 0 clears the record, because the lease is being renewed.</param>
public readonly record struct LeaseCheckpoint(long Id, ulong Epoch, long Remaining);
