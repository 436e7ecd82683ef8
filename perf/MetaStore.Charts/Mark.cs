namespace MetaStore.Charts;

/// <summary>The mark of a series: a distinct shape, so that colour is not the only difference.</summary>
internal static class Mark
{
    private const double Half = 4.5;

    /// <summary>Number of series with a distinct colour.</summary>
    public const int Colours = 6;

    public static string Class(int series) => $"s{series % Colours}";

    public static void Draw(SvgText svg, int series, double x, double y)
    {
        var style = $"mark {Class(series)}";
        switch (series % 4)
        {
            case 0:
                svg.Element("circle", "class", style, "cx", x, "cy", y, "r", Half);
                break;
            case 1:
                svg.Element("rect", "class", style, "x", x - Half, "y", y - Half, "width", Half * 2, "height", Half * 2);
                break;
            case 2:
                svg.Element("path", "class", style, "d", Path([(x, y - Half - 1), (x + Half + 1, y + Half), (x - Half - 1, y + Half)]));
                break;
            default:
                svg.Element("path", "class", style, "d", Path([(x, y - Half - 1), (x + Half + 1, y), (x, y + Half + 1), (x - Half - 1, y)]));
                break;
        }
    }

    private static string Path(ReadOnlySpan<(double X, double Y)> corners)
    {
        var text = "M";
        foreach (var (x, y) in corners)
        {
            text += $"{SvgText.Number(x)} {SvgText.Number(y)} L";
        }

        return text[..^1] + "Z";
    }
}
