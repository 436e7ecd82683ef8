namespace MetaStore.StateMachine.Leases;

/// <summary>One lease and the keys attached to it. Guarded by the <see cref="Lessor"/> that owns it.</summary>
internal sealed class Lease(long id, long ttl)
{
    public long Id { get; } = id;

    /// <summary>Granted seconds.</summary>
    public long Ttl { get; } = ttl;

    /// <summary>Arrays of their own, never changed.</summary>
    public HashSet<byte[]> Keys { get; } = new(ByteKeyComparer.Instance);
}
