namespace MetaStore.StateMachine.Leases;

/// <summary>The grant of a lease, and what its leader has recorded since.</summary>
/// <param name="Id">Never 0.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="AttachedKeys">Number of keys attached at present.</param>
/// <param name="Checkpoint">Remaining seconds as last recorded by a leader; 0 = not recorded since the grant or the last renewal.</param>
/// <param name="Epoch">How often that record was cleared.</param>
public readonly record struct LeaseInfo(long Id, long Ttl, int AttachedKeys, long Checkpoint = 0, ulong Epoch = 0);
