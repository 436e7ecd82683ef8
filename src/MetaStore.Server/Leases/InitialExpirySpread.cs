namespace MetaStore.Server.Leases;

/// <summary>First deadlines of the leases when a member becomes leader: their remaining time from its start, and at most 750 expiries per second.</summary>
internal static class InitialExpirySpread
{
    /// <summary>Number of leases from which expiries are spread.</summary>
    private const int SpreadFrom = 1000;

    private static readonly TimeSpan SpreadPause = TimeSpan.FromSeconds(1) / 750;

    /// <summary>Each lease with its deadline, in order of expiry.</summary>
    /// <param name="leases">All leases.</param>
    /// <param name="start">Start of their time.</param>
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

    /// <summary>Remaining seconds: as recorded by the last leader, or the full TTL.</summary>
    private static long Left(TimedLease lease) => lease.Checkpoint == 0 ? lease.Ttl : Math.Min(lease.Checkpoint, lease.Ttl);
}
