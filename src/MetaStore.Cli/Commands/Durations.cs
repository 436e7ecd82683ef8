using System.Globalization;

namespace MetaStore.Cli.Commands;

/// <summary>Durations as Go programs write them: 300ms, 5s, 2m, 1h; a bare number is seconds.</summary>
internal static class Durations
{
    /// <summary>Reads one duration. Throws <see cref="UsageException"/> for anything else, negative values included.</summary>
    public static TimeSpan Parse(string text)
    {
        ReadOnlySpan<(string Suffix, double Milliseconds)> units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), (string.Empty, 1000)];
        foreach (var (suffix, milliseconds) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                && amount * milliseconds < TimeSpan.MaxValue.TotalMilliseconds)
            {
                return TimeSpan.FromMilliseconds(amount * milliseconds);
            }
        }

        throw new UsageException($"'{text}' is not a duration; write 500ms, 5s or 2m");
    }
}
