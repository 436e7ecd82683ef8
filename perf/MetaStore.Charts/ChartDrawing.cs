namespace MetaStore.Charts;

/// <summary>Frame, axis, legend and footer of a chart; the plot itself is drawn by <see cref="LinePlot"/> or <see cref="BarPlot"/>.</summary>
/// <remarks>
/// The chart has its own background, light or dark as the reader's system prefers, so that it is readable on any page. Series differ in mark and dash
/// as well as in colour.
/// </remarks>
internal static class ChartDrawing
{
    private const double Width = 760;
    private const double Left = 64;
    private const double Right = 20;
    private const double Top = 62;
    private const double PlotHeight = 260;
    private const double LegendRow = 20;
    private const int LegendColumns = 4;

    private const string Style = """
        <style>
        .ground { fill: #ffffff; } .grid { stroke: #d7dce1; } .axis { stroke: #57606a; }
        text { font-family: system-ui, sans-serif; fill: #1f2328; } .title { font-size: 15px; font-weight: 600; } .label { font-size: 12px; } .foot { font-size: 10px; fill: #57606a; }
        .s0 { --c: #0072b2; } .s1 { --c: #b35900; } .s2 { --c: #00795a; } .s3 { --c: #b0417f; } .s4 { --c: #6a51a3; } .s5 { --c: #57606a; }
        .line { stroke: var(--c); fill: none; stroke-width: 2.2; } .mark { fill: var(--c); stroke: var(--c); }
        @media (prefers-color-scheme: dark) {
        .ground { fill: #0d1117; } .grid { stroke: #30363d; } .axis { stroke: #9198a1; } text { fill: #e6edf3; } .foot { fill: #9198a1; }
        .s0 { --c: #58a6ff; } .s1 { --c: #f0a04b; } .s2 { --c: #3fb98f; } .s3 { --c: #e58cc0; } .s4 { --c: #b3a2e6; } .s5 { --c: #9198a1; }
        }
        </style>
        """;

    /// <summary>Renders the SVG document.</summary>
    /// <param name="spec">Title, unit, kind.</param>
    /// <param name="data">The data.</param>
    /// <param name="foot">Source of the measurements.</param>
    public static string Draw(ChartSpec spec, ChartData data, string foot)
    {
        var area = new PlotArea(Left, Top, Width - Left - Right, PlotHeight);
        var axis = ValueAxis.For([.. data.Series.SelectMany(series => series.Values).OfType<double>()], spec.Logarithmic);
        var legendRows = (data.Series.Count + LegendColumns - 1) / LegendColumns;
        var footLines = Wrap(foot, 120).ToList();
        var height = Top + PlotHeight + 34 + (legendRows * LegendRow) + (footLines.Count * 13) + 12;

        var svg = new SvgText();
        svg.Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width:0} {SvgText.Number(height)}\" role=\"img\">");
        svg.Line($"<title>{SvgText.Escape(spec.Title)}</title>");
        svg.Line($"<desc>{SvgText.Escape(Describe(spec, data))}</desc>");
        svg.Line(Style);
        svg.Element("rect", "class", "ground", "width", Width, "height", height, "rx", 6);
        svg.Label(16, 26, spec.Title, cssClass: "title");
        svg.Label(16, 46, spec.Unit + (spec.Logarithmic ? ", logarithmic" : string.Empty));
        foreach (var tick in axis.Ticks)
        {
            var y = area.Y(axis.At(tick));
            svg.Element("line", "class", "grid", "x1", area.Left, "x2", area.Left + area.Width, "y1", y, "y2", y);
            svg.Label(area.Left - 8, y + 4, ValueAxis.Label(tick), "end");
        }

        for (var point = 0; point < data.Points.Count; point++)
        {
            svg.Label(area.X(point, data.Points.Count), area.Top + area.Height + 18, data.Points[point], "middle");
        }

        svg.Element("line", "class", "axis", "x1", area.Left, "x2", area.Left + area.Width, "y1", area.Y(0), "y2", area.Y(0));
        if (spec.Kind == "bars")
        {
            BarPlot.Draw(svg, area, axis, data);
        }
        else
        {
            LinePlot.Draw(svg, area, axis, data);
        }

        Legend(svg, data, Top + PlotHeight + 42);
        for (var line = 0; line < footLines.Count; line++)
        {
            svg.Label(16, Top + PlotHeight + 42 + (legendRows * LegendRow) + 6 + (line * 13), footLines[line], cssClass: "foot");
        }

        svg.Line("</svg>");
        return svg.ToString();
    }

    private static void Legend(SvgText svg, ChartData data, double y)
    {
        for (var i = 0; i < data.Series.Count; i++)
        {
            var x = 16 + (i % LegendColumns * ((Width - 32) / LegendColumns));
            var row = y + (i / LegendColumns * LegendRow);
            Mark.Draw(svg, i, x + 6, row - 4);
            svg.Label(x + 18, row, data.Series[i].Name);
        }
    }

    // The numbers as text, for screen readers.
    private static string Describe(ChartSpec spec, ChartData data) => string.Join("; ", data.Series.Select(series =>
        $"{series.Name}: " + string.Join(", ", data.Points.Zip(series.Values, (point, value) => $"{point} {(value is { } number ? SvgText.Number(number) : "none")}")))) + $" ({spec.Unit})";

    private static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = string.Empty;
        foreach (var word in text.Split(' '))
        {
            if (line.Length + word.Length >= columns)
            {
                yield return line.TrimEnd();
                line = string.Empty;
            }

            line += word + " ";
        }

        yield return line.TrimEnd();
    }
}
