namespace MetaStore.Server.Leases;

/// <summary>When what a lease has left is recorded next: every interval, as long as more than that is left. Guarded by the clock that owns it.</summary>
/// <param name="interval">Zero = never.</param>
internal sealed class CheckpointSchedule(TimeSpan interval)
{
    private readonly SortedSet<(TimeSpan At, long Id)> _order = [];

    /// <summary>True when something is to be recorded.</summary>
    public bool IsDue(TimeSpan now) => _order.Count > 0 && _order.Min.At <= now;

    /// <summary>The first that is to be recorded, or null.</summary>
    public long? Next(TimeSpan now) => IsDue(now) ? _order.Min.Id : null;

    /// <summary>Counts the interval from now on.</summary>
    public void Set(TimedLease lease, TimeSpan now)
    {
        Remove(lease);
        if (interval > TimeSpan.Zero && lease.Deadline - now > interval)
        {
            lease.CheckpointAt = now + interval;
            _order.Add((now + interval, lease.Id));
        }
    }

    /// <summary>Forgets a lease.</summary>
    public void Remove(TimedLease lease)
    {
        if (lease.CheckpointAt is { } at)
        {
            _order.Remove((at, lease.Id));
            lease.CheckpointAt = null;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _order.Clear();
}
