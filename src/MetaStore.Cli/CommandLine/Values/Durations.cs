using System.Buffers;
using System.Globalization;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>Durations in Go's format: 300ms, 5s, 1m30s, 1.5h, -2s; a number without a unit is valid only when it is 0.</summary>
/// <remarks>Source: time.ParseDuration.</remarks>
internal static class Durations
{
    private static readonly (string Name, double Ticks)[] Units =
    [
        ("ns", 0.01), ("us", 10), ("\u00b5s", 10), ("\u03bcs", 10), ("ms", 10_000), ("s", 10_000_000), ("m", 600_000_000), ("h", 36_000_000_000),
    ];

    /// <summary>What ends a unit: the next number.</summary>
    private static readonly SearchValues<char> NumberStart = SearchValues.Create(".0123456789");

    /// <summary>Parses a duration, to 100 ns. Throws <see cref="UsageException"/> for anything else.</summary>
    public static TimeSpan Parse(string text) => Fault(text, out var time) is { } fault ? throw new UsageException(fault, ExitCodes.Error) : time;

    /// <summary>The error in a duration, or null.</summary>
    public static string? Fault(string text) => Fault(text, out _);

    private static string? Fault(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        var rest = text.AsSpan();
        var isNegative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest is "0")
        {
            return null;
        }

        double ticks = 0;
        do
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9') is var first && first >= 0 && rest[first] == '.'
                ? first + 1 + (rest[(first + 1)..].IndexOfAnyExceptInRange('0', '9') is >= 0 and var after ? after : rest.Length - first - 1)
                : first < 0 ? rest.Length : first;
            if (digits == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return $"time: invalid duration \"{text}\"";
            }

            rest = rest[digits..];
            var unit = rest.IndexOfAny(NumberStart) is >= 0 and var next ? rest[..next] : rest;
            if (unit.IsEmpty)
            {
                return $"time: missing unit in duration \"{text}\"";
            }

            if (TicksOf(unit) is not { } factor)
            {
                return $"time: unknown unit \"{unit}\" in duration \"{text}\"";
            }

            ticks += amount * factor;
            rest = rest[unit.Length..];
        }
        while (!rest.IsEmpty);

        // Go stores durations as nanoseconds in 63 bits: 292 years.
        if (ticks > long.MaxValue / 100.0)
        {
            return $"time: invalid duration \"{text}\"";
        }

        time = TimeSpan.FromTicks((long)(isNegative ? -ticks : ticks));
        return null;
    }

    private static double? TicksOf(ReadOnlySpan<char> unit)
    {
        foreach (var (name, ticks) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                return ticks;
            }
        }

        return null;
    }
}
