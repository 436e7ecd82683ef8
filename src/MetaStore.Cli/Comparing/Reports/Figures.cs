using System.Globalization;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Reports;

/// <summary>Formats figures for all reports.</summary>
internal static class Figures
{
    private const double MicrosPerMilli = 1000;

    /// <summary>A rate: 941, 24,511.</summary>
    public static string Rate(double perSecond) => perSecond.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A latency in milliseconds: 0.90, 14.1, 112.</summary>
    public static string Millis(double micros)
    {
        var millis = micros / MicrosPerMilli;
        return millis.ToString(millis < 10 ? "0.00" : millis < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
    }

    /// <summary>Puts per log entry: 1.0, 136.8; "-" when there was none.</summary>
    public static string PerEntry(double? puts) => puts?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A ratio: 0.13, 2.97.</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio < 9.995 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>A ratio with its interval: 2.97 (2.71 to 3.20).</summary>
    public static string Ratio(RatioEstimate? estimate) => estimate switch
    {
        null => "-",
        { Low: { } low, High: { } high } => $"{Ratio(estimate.Ratio)} ({Ratio(low)} to {Ratio(high)})",
        _ => Ratio(estimate.Ratio),
    };

    /// <summary>A count: 1,000.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
