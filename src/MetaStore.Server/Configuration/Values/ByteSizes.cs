using System.Globalization;
using MetaStore.Batching.SettingTable;

namespace MetaStore.Server.Configuration.Values;

/// <summary>Sizes with units: "1MiB", "64KB", "4096". Binary units are powers of 1024, the others of 1000.</summary>
internal static class ByteSizes
{
    private static readonly (string Name, long Bytes)[] Units =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    /// <summary>Parses a size; a bare integer counts bytes and may be negative.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        // First: the last digit of a hexadecimal number may be a B.
        if (GoIntegers.TryParse(text, out bytes))
        {
            return true;
        }

        foreach ((string name, long unit) in Units)
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                bool good = double.TryParse(
                    text.AsSpan(0, text.Length - name.Length).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                    && double.IsFinite(number);
                double product = number * unit;
                bytes = product < long.MaxValue ? (long)product : long.MaxValue;
                return good;
            }
        }

        return false;
    }

    /// <summary>Formats with the largest binary unit that divides the size, or as plain bytes.</summary>
    public static string Format(long bytes) => SettingText.Size(bytes);
}
