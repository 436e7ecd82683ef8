namespace MetaStore.StateMachine.Leases;

/// <summary>What a lease was granted as, and what its leader has recorded since.</summary>
/// <param name="Id">Never 0.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="AttachedKeys">Keys attached at the moment of asking.</param>
/// <param name="Checkpoint">Seconds that were left when a leader last recorded it; 0 = not since it was granted or renewed.</param>
/// <param name="Epoch">How often that record was cleared.</param>
public readonly record struct LeaseInfo(long Id, long Ttl, int AttachedKeys, long Checkpoint = 0, ulong Epoch = 0);
