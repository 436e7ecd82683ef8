namespace MetaStore.Cli.Comparing.Reports.Html;

/// <summary>Bar chart, each group on its own scale: 1 caller and 1,000 callers differ by orders of magnitude, and modes are compared within a load.</summary>
internal static class BarChart
{
    /// <summary>Renders the chart.</summary>
    public static string Draw(string id, string title, string description, IReadOnlyList<ChartRow> rows)
    {
        var largest = rows.GroupBy(row => row.Group).ToDictionary(group => group.Key, group => Math.Max(group.Max(row => row.Value), 1e-9));
        return ChartFrame.Draw(id, title, description, rows, static (_, _) => string.Empty, (row, middle) =>
        {
            var width = Math.Max(1.5, row.Value / largest[row.Group] * (ChartFrame.Right - ChartFrame.Left));
            return $"<rect class=\"bar s{row.Series}\" x=\"{Markup.At(ChartFrame.Left)}\" y=\"{Markup.At(middle - 7)}\" width=\"{Markup.At(width)}\" height=\"14\" rx=\"2\"/>";
        });
    }
}
