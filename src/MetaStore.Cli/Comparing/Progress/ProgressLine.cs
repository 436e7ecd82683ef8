using System.Globalization;

namespace MetaStore.Cli.Comparing.Progress;

/// <summary>Formats the progress of a comparison as one line. Pure.</summary>
internal static class ProgressLine
{
    private const int BarMax = 24;
    private const int BarMin = 8;

    /// <summary>"[########----------------]  33 %  1:02 left  round 2 of 7: dynamic, 256 callers", truncated to a width.</summary>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="done">Completed fraction, 0 to 1.</param>
    /// <param name="left">Remaining time; null when not known.</param>
    /// <param name="what">The current measurement.</param>
    public static string Of(int width, double done, TimeSpan? left, string what)
    {
        var figures = $"{Math.Clamp((int)(100 * done), 0, 100),3} %  {(left is { } time ? Left(time) : "time left not known yet")}";
        var bar = Math.Min(BarMax, width - figures.Length - 4);
        var line = bar >= BarMin
            ? $"[{new string('#', (int)(Math.Clamp(done, 0, 1) * bar)).PadRight(bar, '-')}] {figures}  {what}"
            : $"{figures}  {what}";

        // A line as wide as the terminal would wrap.
        return line.Length < width ? line : line[..Math.Max(0, width - 1)];
    }

    /// <summary>"1:02 left".</summary>
    public static string Left(TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture, $"{(int)Math.Ceiling(time.TotalSeconds) / 60}:{(int)Math.Ceiling(time.TotalSeconds) % 60:00} left");
}
