using System.Globalization;
using System.Text;

namespace MetaStore.Cli.Comparing.Reports.Html;

/// <summary>Ratios with their intervals on one logarithmic scale, and a line at 1: right of it is faster than off; an interval across it shows no difference.</summary>
internal static class RatioChart
{
    private static readonly double[] Ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

    /// <summary>Renders the chart.</summary>
    public static string Draw(string id, string title, string description, IReadOnlyList<ChartRow> rows)
    {
        // The scale covers at least a half to double, so that small differences look small.
        var low = Math.Log(Math.Min(0.5, rows.Min(row => row.Low ?? row.Value)) * 0.95);
        var high = Math.Log(Math.Max(2, rows.Max(row => row.High ?? row.Value)) * 1.05);
        return ChartFrame.Draw(id, title, description, rows, Scale, Mark);

        double X(double ratio) => ChartFrame.Left + ((Math.Log(ratio) - low) / (high - low) * (ChartFrame.Right - ChartFrame.Left));

        string Scale(double top, double bottom)
        {
            var lines = new StringBuilder();
            foreach (var tick in Ticks.Where(tick => Math.Log(tick) >= low && Math.Log(tick) <= high))
            {
                var (x, name) = (Markup.At(X(tick)), tick.ToString("0.##", CultureInfo.InvariantCulture));
                lines.Append($"<line class=\"{(tick == 1 ? "one" : "grid")}\" x1=\"{x}\" x2=\"{x}\" y1=\"{Markup.At(top)}\" y2=\"{Markup.At(bottom + 4)}\"/>");
                lines.Append($"<text class=\"tick\" x=\"{x}\" y=\"{Markup.At(bottom + 20)}\" text-anchor=\"middle\">{name}</text>\n");
            }

            return lines.ToString();
        }

        string Mark(ChartRow row, double middle)
        {
            var whisker = row is { Low: { } from, High: { } to }
                ? $"<line class=\"whisker s{row.Series}\" x1=\"{Markup.At(X(from))}\" x2=\"{Markup.At(X(to))}\" y1=\"{Markup.At(middle)}\" y2=\"{Markup.At(middle)}\"/>"
                : string.Empty;
            return $"{whisker}<circle class=\"dot s{row.Series}\" cx=\"{Markup.At(X(row.Value))}\" cy=\"{Markup.At(middle)}\" r=\"5\"/>";
        }
    }
}
