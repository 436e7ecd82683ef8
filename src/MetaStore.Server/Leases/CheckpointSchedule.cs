namespace MetaStore.Server.Leases;

/// <summary>When the remaining time of a lease is recorded next: every interval, while more than that remains. Guarded by the owning clock.</summary>
/// <param name="interval">Zero = never.</param>
internal sealed class CheckpointSchedule(TimeSpan interval)
{
    private readonly SortedSet<(TimeSpan At, long Id)> _order = [];

    /// <summary>True when a record is due.</summary>
    public bool IsDue(TimeSpan now) => _order.Count > 0 && _order.Min.At <= now;

    /// <summary>The first lease that is due, or null.</summary>
    public long? Next(TimeSpan now) => IsDue(now) ? _order.Min.Id : null;

    /// <summary>Starts the interval of a lease now.</summary>
    public void Set(TimedLease lease, TimeSpan now)
    {
        Remove(lease);
        if (interval > TimeSpan.Zero && lease.Deadline - now > interval)
        {
            lease.CheckpointAt = now + interval;
            _order.Add((now + interval, lease.Id));
        }
    }

    /// <summary>Removes a lease.</summary>
    public void Remove(TimedLease lease)
    {
        if (lease.CheckpointAt is { } at)
        {
            _order.Remove((at, lease.Id));
            lease.CheckpointAt = null;
        }
    }

    /// <summary>Removes all leases.</summary>
    public void Clear() => _order.Clear();
}
