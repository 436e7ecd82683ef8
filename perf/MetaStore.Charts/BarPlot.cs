namespace MetaStore.Charts;

/// <summary>A group of bars at each point, one for each series, with its value above it.</summary>
internal static class BarPlot
{
    private const double GroupShare = 0.8;

    public static void Draw(SvgText svg, PlotArea area, ValueAxis axis, ChartData data)
    {
        var group = area.Width / data.Points.Count * GroupShare;
        var width = group / data.Series.Count;
        for (var series = 0; series < data.Series.Count; series++)
        {
            for (var point = 0; point < data.Points.Count; point++)
            {
                if (data.Series[series].Values[point] is not { } value)
                {
                    continue;
                }

                var x = area.X(point, data.Points.Count) - (group / 2) + (series * width);
                var y = area.Y(axis.At(value));
                svg.Element("rect", "class", $"mark {Mark.Class(series)}", "x", x + 1, "y", y, "width", width - 2, "height", area.Y(0) - y);
                if (width >= 22)
                {
                    svg.Label(x + (width / 2), y - 4, ValueAxis.Label(value), "middle", "foot");
                }
            }
        }
    }
}
