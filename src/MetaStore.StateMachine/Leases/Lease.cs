namespace MetaStore.StateMachine.Leases;

/// <summary>One lease and the keys attached to it. Guarded by the <see cref="Lessor"/> that owns it.</summary>
internal sealed class Lease(long id, long ttl)
{
    public long Id { get; } = id;

    /// <summary>Granted seconds.</summary>
    public long Ttl { get; } = ttl;

    /// <summary>Seconds left when a leader last recorded it; 0 = not since it was granted or renewed.</summary>
    public long Checkpoint { get; set; }

    /// <summary>How often <see cref="Checkpoint"/> was cleared.</summary>
    public ulong Epoch { get; set; }

    /// <summary>Arrays of their own, never changed.</summary>
    public HashSet<byte[]> Keys { get; } = new(ByteKeyComparer.Instance);
}
