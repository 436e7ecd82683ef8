namespace MetaStore.StateMachine.Leases;

/// <summary>What a lease was granted as.</summary>
/// <param name="Id">Never 0.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="AttachedKeys">Keys attached at the moment of asking.</param>
public readonly record struct LeaseInfo(long Id, long Ttl, int AttachedKeys);
