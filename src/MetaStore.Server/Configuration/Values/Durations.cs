using System.Globalization;
using MetaStore.Batching.SettingTable;

namespace MetaStore.Server.Configuration.Values;

/// <summary>Go's duration format ("1h30m", "5ms", "1.5s"), to and from <see cref="TimeSpan"/> (100 ns steps).</summary>
internal static class Durations
{
    /// <summary>Go counts nanoseconds in 64 bits: 292 years.</summary>
    private const double TicksMax = long.MaxValue / (double)TimeSpan.NanosecondsPerTick;

    private static readonly (string Name, double Ticks)[] Units =
    [
        ("ns", 0.01), ("us", 10), ("µs", 10), ("\u03bcs", 10), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Parses a duration. A bare integer is in <paramref name="bareUnit"/>; without one only "0" may be bare.</summary>
    public static bool TryParse(string text, TimeSpan? bareUnit, out TimeSpan value)
    {
        value = default;
        if (GoIntegers.TryParse(text, out long bare))
        {
            if (bareUnit is null && bare != 0)
            {
                return false;
            }

            double bareTicks = bare * (double)(bareUnit ?? TimeSpan.Zero).Ticks;
            value = Math.Abs(bareTicks) < long.MaxValue ? TimeSpan.FromTicks((long)bareTicks) : bareTicks < 0 ? TimeSpan.MinValue : TimeSpan.MaxValue;
            return true;
        }

        double ticks = 0;
        bool negative = text.StartsWith('-');
        int first = negative || text.StartsWith('+') ? 1 : 0;
        int at = first;
        while (at < text.Length)
        {
            int digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
            {
                digits++;
            }

            int letters = digits;
            while (letters < text.Length && char.IsLetter(text[letters]))
            {
                letters++;
            }

            string unit = text[digits..letters];
            int known = Array.FindIndex(Units, candidate => candidate.Name == unit);
            if (known < 0 || !double.TryParse(text.AsSpan(at, digits - at), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            ticks += number * Units[known].Ticks;
            at = letters;
        }

        if (text.Length == first || ticks >= TicksMax)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)Math.Round(negative ? -ticks : ticks));
        return true;
    }

    /// <summary>Formats in the shortest form, exact to a microsecond: "1h30m", "100ms", "0s".</summary>
    public static string Format(TimeSpan value) => SettingText.Duration(value);
}
