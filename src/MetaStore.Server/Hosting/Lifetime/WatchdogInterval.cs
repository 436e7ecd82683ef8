using System.Collections;
using System.Globalization;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>Interval of systemd's watchdog notifications. Source: sd_watchdog_enabled(3).</summary>
internal static class WatchdogInterval
{
    /// <summary>Half of WATCHDOG_USEC, as the manual recommends; zero when it is not set, or WATCHDOG_PID is another process.</summary>
    public static TimeSpan Of(IDictionary environment)
    {
        bool isForUs = environment["WATCHDOG_PID"] is not string pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isForUs && long.TryParse(environment["WATCHDOG_USEC"] as string, CultureInfo.InvariantCulture, out long micros) && micros > 0
            ? TimeSpan.FromMicroseconds(micros) / 2
            : TimeSpan.Zero;
    }
}
