using System.Globalization;

namespace MetaStore.Grpc.Wire;

/// <summary>The <c>grpc-timeout</c> header: up to eight digits and a unit (H M S m u n).</summary>
internal static class GrpcTimeout
{
    /// <summary>Longest value the header can carry in its finest used unit; longer timeouts are sent coarser.</summary>
    private const long EightDigits = 99_999_999;

    /// <summary>Reads a header value. Nanoseconds are rounded up to .NET's 100 ns ticks.</summary>
    public static bool TryParse(string value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9 ||
            !long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
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

    /// <summary>Writes a header value, in microseconds while eight digits hold it; never less than 1 us.</summary>
    public static string Format(TimeSpan timeout)
    {
        var micros = Math.Max(1, (timeout.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond);
        if (micros <= EightDigits)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{micros}u");
        }

        var millis = micros / 1000;
        return millis <= EightDigits
            ? string.Create(CultureInfo.InvariantCulture, $"{millis}m")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(millis / 1000, EightDigits)}S");
    }
}
