using System.Globalization;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Comparing.Plan;

/// <summary>Value sizes with units: 256, 100B, 1KiB, 10 KiB.</summary>
internal static class Sizes
{
    private const int Kibi = 1024;

    /// <summary>A size for reports.</summary>
    public static string Of(int bytes) => bytes % Kibi == 0 && bytes > 0
        ? $"{(bytes / Kibi).ToString(CultureInfo.InvariantCulture)} KiB"
        : $"{bytes.ToString(CultureInfo.InvariantCulture)} B";

    /// <summary>Parses comma-separated sizes. Throws <see cref="UsageException"/>.</summary>
    public static IReadOnlyList<int> ParseList(string text) => [.. Parts(text).Select(Parse).Distinct()];

    /// <summary>Parses comma-separated positive numbers. Throws <see cref="UsageException"/>.</summary>
    /// <param name="flag">For the message.</param>
    /// <param name="text">The argument.</param>
    /// <param name="most">Maximum.</param>
    public static IReadOnlyList<int> ParseCounts(string flag, string text, int most) =>
        [.. Parts(text).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new UsageException($"{flag}: '{part}' is not a number from 1 to {most}")).Distinct()];

    private static int Parse(string text)
    {
        var (digits, unit) = text switch
        {
            _ when text.EndsWith("KiB", StringComparison.OrdinalIgnoreCase) => (text[..^3], Kibi),
            _ when text.EndsWith('B') => (text[..^1], 1),
            _ => (text, 1),
        };
        return int.TryParse(digits.TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Kibi * Kibi / unit
            ? number * unit
            : throw new UsageException($"--value-sizes: '{text}' is not a size up to 1024KiB, such as 256 or 10KiB");
    }

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } parts
        ? parts
        : throw new UsageException("a list needs at least one value");
}
