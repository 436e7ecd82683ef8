namespace MetaStore.Server.Leases;

/// <summary>One lease with the time it has left. Guarded by the <see cref="LeaseClock"/> that owns it.</summary>
internal sealed class TimedLease(long id, long ttl)
{
    public long Id { get; } = id;

    /// <summary>Granted seconds.</summary>
    public long Ttl { get; } = ttl;

    /// <summary>When it runs out, on the clock's own scale; meaningless while this member does not lead.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>When it is looked at next: the deadline, or behind it the time to propose the revoke once more.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Seconds left when a leader last recorded it; 0 = not since it was granted or renewed.</summary>
    public long Checkpoint { get; set; }

    /// <summary>Epoch of <see cref="Checkpoint"/>.</summary>
    public ulong Epoch { get; set; }

    /// <summary>A record of what is left stands in the log or is on its way there: it has to be cleared before the lease is renewed.</summary>
    public bool MayBeRecorded { get; set; }

    /// <summary>When what is left is recorded next; null = never.</summary>
    public TimeSpan? CheckpointAt { get; set; }

    /// <summary>Wakes renewals that came too late, when the lease is gone or leadership is lost. Null while nobody waits.</summary>
    public TaskCompletionSource? Gone { get; set; }
}
