namespace MetaStore.Server.Leases;

/// <summary>When leases run out that a new leader begins to count: what they have left from its start on, and no more than 750 in a second.</summary>
internal static class InitialExpirySpread
{
    /// <summary>From this number of leases on expiries are spread.</summary>
    private const int SpreadFrom = 1000;

    private static readonly TimeSpan SpreadPause = TimeSpan.FromSeconds(1) / 750;

    /// <summary>Each lease with its deadline, the next to run out first.</summary>
    /// <param name="leases">All there are.</param>
    /// <param name="start">From when their time counts.</param>
    public static IEnumerable<(TimedLease Lease, TimeSpan Deadline)> Of(IReadOnlyCollection<TimedLease> leases, TimeSpan start)
    {
        TimeSpan pause = leases.Count >= SpreadFrom ? SpreadPause : TimeSpan.Zero;
        TimeSpan earliest = TimeSpan.Zero;
        foreach (TimedLease lease in leases.OrderBy(Left))
        {
            TimeSpan deadline = start + TimeSpan.FromSeconds(Left(lease));
            deadline = deadline > earliest ? deadline : earliest;
            earliest = deadline + pause;
            yield return (lease, deadline);
        }
    }

    /// <summary>Seconds: what the last leader recorded, or all of it.</summary>
    private static long Left(TimedLease lease) => lease.Checkpoint == 0 ? lease.Ttl : Math.Min(lease.Checkpoint, lease.Ttl);
}
