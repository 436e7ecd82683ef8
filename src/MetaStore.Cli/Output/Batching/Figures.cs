using System.Globalization;

namespace MetaStore.Cli.Output.Batching;

/// <summary>Formats measurements compactly.</summary>
internal static class Figures
{
    private const double Second = 1e6;

    /// <summary>"0", "250us", "5.1ms", "12.3s", "4m12s", "5h3m".</summary>
    public static string Time(double microseconds) => microseconds switch
    {
        0 => "0",
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{microseconds:0}us"),
        < Second => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000:0.#}ms"),
        < 60 * Second => string.Create(CultureInfo.InvariantCulture, $"{microseconds / Second:0.#}s"),
        < 3600 * Second => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(microseconds / Second / 60)}m{Math.Floor(microseconds / Second % 60)}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(microseconds / Second / 3600)}h{Math.Floor(microseconds / Second / 60 % 60)}m"),
    };

    /// <summary>A rate per second, without fraction from ten; "-" when no time has passed.</summary>
    public static string Rate(long count, long microseconds) => microseconds <= 0 ? "-" : Number(count * Second / microseconds);

    /// <summary>One decimal below ten.</summary>
    public static string Number(double value) => value.ToString(value is > 0 and < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);

    /// <summary>Items per other item; "-" when there is none.</summary>
    public static string Per(long items, long others) => others == 0 ? "-" : ((double)items / others).ToString("0.0", CultureInfo.InvariantCulture);
}
