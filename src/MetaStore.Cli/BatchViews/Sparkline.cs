namespace MetaStore.Cli.BatchViews;

/// <summary>A one-line chart. Pure.</summary>
internal static class Sparkline
{
    private const string Blocks = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private const string Ascii = "_.-:=+*#";

    /// <summary>The newest values, one per column, on a scale from 0 to their maximum; padded on the left.</summary>
    public static string Of(IReadOnlyList<double> values, int width, bool isUnicode)
    {
        var shown = values.Skip(Math.Max(0, values.Count - width)).ToArray();
        var largest = shown.Length == 0 ? 0 : shown.Max();
        var heights = isUnicode ? Blocks : Ascii;
        return new string([.. shown.Select(value => heights[largest <= 0 ? 0 : (int)Math.Round(Math.Clamp(value / largest, 0, 1) * (heights.Length - 1))])]).PadLeft(Math.Max(0, width));
    }
}
