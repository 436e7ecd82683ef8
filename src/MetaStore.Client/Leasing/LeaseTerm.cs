namespace MetaStore.Client.Leasing;

/// <summary>Validity of a lease after one answer of the server: some time from the moment of the request on.</summary>
/// <param name="Since">
/// Timestamp of the client's clock, taken before the request was sent. The server starts to count later, so the client ends
/// first.
/// </param>
/// <param name="Length">Time to live.</param>
internal sealed record LeaseTerm(long Since, TimeSpan Length)
{
    /// <summary>Timers are limited to 49 days; a lease that was not renewed for so long counts as lost whatever its TTL.</summary>
    private const long LongestSeconds = 40L * 24 * 3600;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Timeout of a single renewal: two more fit into the remaining time.</summary>
    public TimeSpan TryFor => Length / 3;

    /// <summary>Pause after a failed renewal.</summary>
    public TimeSpan PauseBehindFailure => TimeSpan.FromTicks(Math.Clamp((Length / 20).Ticks, ShortestPause.Ticks, LongestPause.Ticks));

    /// <summary>A term from a server's answer.</summary>
    public static LeaseTerm From(long askedAt, long seconds) => new(askedAt, TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestSeconds)));

    /// <summary>A third of the time to live, at most a day.</summary>
    public static TimeSpan RenewEvery(long seconds) => From(0, seconds).RenewBehind;

    /// <summary>When to renew, counted from <see cref="Since"/>: a third of the time to live, at most a day.</summary>
    public TimeSpan RenewBehind => Length / 3 < LongestWait ? Length / 3 : LongestWait;

    /// <summary>Remaining time; zero or less when it is over.</summary>
    public TimeSpan Left(TimeProvider time) => Length - time.GetElapsedTime(Since);
}
