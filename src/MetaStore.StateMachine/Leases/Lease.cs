namespace MetaStore.StateMachine.Leases;

/// <summary>One lease and the keys attached to it. Guarded by the <see cref="Lessor"/> that owns it.</summary>
internal sealed class Lease(long id, long ttl)
{
    public long Id { get; } = id;

    /// <summary>Granted seconds.</summary>
    public long Ttl { get; } = ttl;

    /// <summary>Remaining seconds as last recorded by a leader; 0 = not recorded since the grant or the last renewal.</summary>
    public long Checkpoint { get; set; }

    /// <summary>How often <see cref="Checkpoint"/> was cleared.</summary>
    public ulong Epoch { get; set; }

    /// <summary>Private copies of the keys, never modified.</summary>
    public HashSet<byte[]> Keys { get; } = new(ByteKeyComparer.Instance);
}
