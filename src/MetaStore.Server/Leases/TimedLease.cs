namespace MetaStore.Server.Leases;

/// <summary>A lease with its timers. Guarded by the owning <see cref="LeaseClock"/>.</summary>
internal sealed class TimedLease(long id, long ttl)
{
    public long Id { get; } = id;

    /// <summary>Granted seconds.</summary>
    public long Ttl { get; } = ttl;

    /// <summary>When it expires, on the clock's own scale; meaningless while this member does not lead.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>When it is processed next: the deadline, or after it the time to propose the revoke again.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>Remaining seconds when a leader last recorded them; 0 = not since it was granted or renewed.</summary>
    public long Checkpoint { get; set; }

    /// <summary>Epoch of <see cref="Checkpoint"/>.</summary>
    public ulong Epoch { get; set; }

    /// <summary>The remaining time is recorded in the log or about to be: the record must be cleared before the lease is renewed.</summary>
    public bool MayBeRecorded { get; set; }

    /// <summary>When the remaining time is recorded next; null = never.</summary>
    public TimeSpan? CheckpointAt { get; set; }

    /// <summary>Completes late renewals when the lease is revoked or leadership is lost. Null while no renewal waits.</summary>
    public TaskCompletionSource? Gone { get; set; }
}
