using MetaStore.IO.Text;

namespace MetaStore.Server.Calls.Framing;

/// <summary>The <c>grpc-timeout</c> header: up to eight digits and a unit (H M S m u n).</summary>
internal static class GrpcTimeout
{
    /// <summary>Reads a header value. Nanoseconds are rounded up to .NET's 100 ns ticks.</summary>
    public static bool TryParse(string value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9 ||
            !DecimalDigits.TryParse(value.AsSpan(0, value.Length - 1), out long amount))
        {
            return false;
        }

        var ticks = value[^1] switch
        {
            'H' => amount * TimeSpan.TicksPerHour,
            'M' => amount * TimeSpan.TicksPerMinute,
            'S' => amount * TimeSpan.TicksPerSecond,
            'm' => amount * TimeSpan.TicksPerMillisecond,
            'u' => amount * TimeSpan.TicksPerMicrosecond,
            'n' => (amount + 99) / 100,
            _ => -1,
        };
        timeout = new TimeSpan(ticks);
        return ticks >= 0;
    }
}
