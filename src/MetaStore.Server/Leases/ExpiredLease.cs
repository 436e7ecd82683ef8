namespace MetaStore.Server.Leases;

/// <summary>A lease that ran out.</summary>
/// <param name="Id">The lease.</param>
/// <param name="Epoch">Its epoch. A later lease of the same id begins at 0.</param>
internal readonly record struct ExpiredLease(long Id, ulong Epoch);
