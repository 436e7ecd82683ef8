using System.Globalization;

namespace MetaStore.Cli.CommandLine.Values;

/// <summary>Sizes as in the configuration: 4096, 64KiB, 1MiB, 2GiB; KB, MB and GB are powers of 1000.</summary>
internal static class ByteSizes
{
    private static readonly (string Name, long Bytes)[] Units =
        [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1), ("", 1)];

    /// <summary>Parses a size. Throws <see cref="UsageException"/> for anything else.</summary>
    public static long Parse(string text)
    {
        var (name, unit) = Units.First(candidate => text.EndsWith(candidate.Name, StringComparison.OrdinalIgnoreCase));
        return decimal.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) <= long.MaxValue / unit && number * unit == decimal.Truncate(number * unit)
            ? (long)(number * unit)
            : throw new UsageException($"\"{text}\" is not a size such as 1048576, 512KiB or 1MiB", ExitCodes.Error);
    }
}
