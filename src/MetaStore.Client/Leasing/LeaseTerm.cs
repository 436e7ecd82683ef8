namespace MetaStore.Client.Leasing;

/// <summary>What one answer of the server is worth: a lease that lives for some time from the moment on at which it was asked for.</summary>
/// <param name="Since">Timestamp of the client's clock, taken before the request left. The server began to count later, so the client ends sooner.</param>
/// <param name="Length">Time to live.</param>
internal sealed record LeaseTerm(long Since, TimeSpan Length)
{
    /// <summary>Timers reach no further than 49 days; a lease that was not renewed for so long counts as lost whatever its TTL.</summary>
    private const long LongestSeconds = 40L * 24 * 3600;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Time to live of a single try to renew: two more fit into what is left.</summary>
    public TimeSpan TryFor => Length / 3;

    /// <summary>Pause behind a try that failed.</summary>
    public TimeSpan PauseBehindFailure => TimeSpan.FromTicks(Math.Clamp((Length / 20).Ticks, ShortestPause.Ticks, LongestPause.Ticks));

    /// <summary>A term from what the server answers.</summary>
    public static LeaseTerm From(long askedAt, long seconds) => new(askedAt, TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestSeconds)));

    /// <summary>A third of the time to live, at most a day.</summary>
    public static TimeSpan RenewEvery(long seconds) => From(0, seconds).RenewBehind;

    /// <summary>When to renew, counted from <see cref="Since"/>: a third of the time to live, at most a day.</summary>
    public TimeSpan RenewBehind => Length / 3 < LongestWait ? Length / 3 : LongestWait;

    /// <summary>What is left; zero or less when it is over.</summary>
    public TimeSpan Left(TimeProvider time) => Length - time.GetElapsedTime(Since);
}
