using System.Collections;
using System.Globalization;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Interval of systemd's watchdog notifications. Source: sd_watchdog_enabled(3).</summary>
internal static class WatchdogInterval
{
    /// <summary>Waits cannot be as long as systemd's longest interval; notifications may always come earlier.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Half of WATCHDOG_USEC, as the manual recommends, and at most a day; zero when it is not set, or WATCHDOG_PID is another process.</summary>
    public static TimeSpan Of(IDictionary environment)
    {
        bool isForUs = environment["WATCHDOG_PID"] is not string pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isForUs && long.TryParse(environment["WATCHDOG_USEC"] as string, CultureInfo.InvariantCulture, out long micros) && micros > 0
            ? TimeSpan.FromMicroseconds(Math.Min(micros / 2.0, Longest.TotalMicroseconds))
            : TimeSpan.Zero;
    }
}
