using System.Globalization;
using System.Text;

namespace MetaStore.Batching.SettingTable;

/// <summary>Values of settings as they are written in a configuration.</summary>
public static class SettingText
{
    private static readonly (string Name, long Ticks)[] TimeUnits =
    [
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond),
    ];

    private static readonly (string Name, long Bytes)[] SizeUnits = [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10)];

    /// <summary>The shortest form, exact to a microsecond: "1h30m", "100ms", "0s", "-1us".</summary>
    public static string Duration(TimeSpan value)
    {
        if (value.Ticks is > -TimeSpan.TicksPerMicrosecond and < TimeSpan.TicksPerMicrosecond)
        {
            return "0s";
        }

        var text = new StringBuilder(value < TimeSpan.Zero ? "-" : "");
        ulong rest = (ulong)Math.Abs((decimal)value.Ticks);
        foreach ((string name, long ticks) in TimeUnits)
        {
            ulong whole = rest / (ulong)ticks;
            if (whole > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{whole}{name}");
                rest -= whole * (ulong)ticks;
            }
        }

        return text.ToString();
    }

    /// <summary>The largest binary unit that divides the size, or plain bytes: "1MiB", "1536KiB", "1000".</summary>
    public static string Size(long bytes)
    {
        foreach ((string name, long unit) in SizeUnits)
        {
            if (bytes > 0 && bytes % unit == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / unit}{name}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A number without exponent where a person would write none.</summary>
    public static string Number(double value) =>
        Math.Abs(value) is >= 1e-6 and < 1e15 || value == 0 ? value.ToString("0.################", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
}
