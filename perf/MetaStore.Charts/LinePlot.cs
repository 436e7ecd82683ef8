namespace MetaStore.Charts;

/// <summary>A line for each series, with a mark at each point.</summary>
internal static class LinePlot
{
    private static readonly string[] Dashes = ["none", "7 3", "2 3", "9 3 2 3"];

    public static void Draw(SvgText svg, PlotArea area, ValueAxis axis, ChartData data)
    {
        for (var series = 0; series < data.Series.Count; series++)
        {
            var values = data.Series[series].Values;
            var places = Enumerable.Range(0, values.Count).Where(point => values[point].HasValue)
                .Select(point => (X: area.X(point, values.Count), Y: area.Y(axis.At(values[point]!.Value)))).ToList();
            svg.Element(
                "polyline", "class", $"line {Mark.Class(series)}", "stroke-dasharray", Dashes[series % Dashes.Length],
                "points", string.Join(' ', places.Select(place => $"{SvgText.Number(place.X)},{SvgText.Number(place.Y)}")));
            foreach (var (x, y) in places)
            {
                Mark.Draw(svg, series, x, y);
            }
        }
    }
}
