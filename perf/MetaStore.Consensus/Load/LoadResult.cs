using System.Globalization;

namespace MetaStore.Consensus.Load;

/// <summary>Result of one run of a load.</summary>
/// <param name="Entries">Acknowledged within the time.</param>
/// <param name="Refused">Not acknowledged within the time.</param>
/// <param name="Seconds">The time.</param>
/// <param name="P50">Median in microseconds.</param>
/// <param name="P99">99th percentile in microseconds.</param>
internal sealed record LoadResult(long Entries, long Refused, double Seconds, double P50, double P99)
{
    /// <summary>One line that <see cref="Parse"/> reads.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Entries} {Refused} {Seconds} {P50} {P99}");

    /// <summary>Reads a line of <see cref="ToLine"/>; throws <see cref="FormatException"/> on any other.</summary>
    public static LoadResult Parse(string line)
    {
        var words = line.Split(' ');
        return words.Length == 5
            ? new LoadResult(long.Parse(words[0]), long.Parse(words[1]), Real(words[2]), Real(words[3]), Real(words[4]))
            : throw new FormatException($"no result of a load: '{line}'");
    }

    private static double Real(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
