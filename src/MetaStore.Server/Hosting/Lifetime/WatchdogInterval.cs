using System.Collections;
using System.Globalization;

namespace MetaStore.Server.Hosting.Lifetime;

/// <summary>How often systemd's watchdog of this process is to be notified. Source: sd_watchdog_enabled(3).</summary>
internal static class WatchdogInterval
{
    /// <summary>Half of WATCHDOG_USEC, as the manual asks for; zero when there is none, or WATCHDOG_PID names another process.</summary>
    public static TimeSpan Of(IDictionary environment)
    {
        bool isForUs = environment["WATCHDOG_PID"] is not string pid || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return isForUs && long.TryParse(environment["WATCHDOG_USEC"] as string, CultureInfo.InvariantCulture, out long micros) && micros > 0
            ? TimeSpan.FromMicroseconds(micros) / 2
            : TimeSpan.Zero;
    }
}
