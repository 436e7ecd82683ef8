using System.Text;

namespace MetaStore.Cli.Comparing.Reports.Html;

/// <summary>Common parts of all charts: size, names of groups and lines, accessible title and description.</summary>
internal static class ChartFrame
{
    /// <summary>Width of every chart in its own units; it scales with the page.</summary>
    public const double Width = 720;

    /// <summary>Left edge of lines, to the right of their names.</summary>
    public const double Left = 110;

    /// <summary>Right edge of lines, to the left of their figures.</summary>
    public const double Right = 530;

    /// <summary>Height of a line.</summary>
    public const double Row = 22;

    private const double GroupHead = 26;
    private const double Top = 8;
    private const double Bottom = 30;

    /// <summary>Renders a chart.</summary>
    /// <param name="id">Unique on the page.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="description">A sentence or two with the most important figures.</param>
    /// <param name="rows">Lines, groups together.</param>
    /// <param name="background">Draws the scale; receives the upper and lower edge.</param>
    /// <param name="mark">Draws the mark of a line; receives the line and the height of its middle.</param>
    public static string Draw(
        string id, string title, string description, IReadOnlyList<ChartRow> rows, Func<double, double, string> background, Func<ChartRow, double, string> mark)
    {
        var body = new StringBuilder();
        var y = Top;
        string? group = null;
        foreach (var row in rows)
        {
            if (row.Group != group)
            {
                group = row.Group;
                y += GroupHead;
                body.Append($"<text class=\"group\" x=\"0\" y=\"{Markup.At(y - 8)}\">{Markup.Text(group)}</text>\n");
            }

            var middle = y + (Row / 2);
            body.Append($"<text class=\"label\" x=\"{Markup.At(Left - 10)}\" y=\"{Markup.At(middle + 4)}\" text-anchor=\"end\">{Markup.Text(row.Label)}</text>\n");
            body.Append(mark(row, middle)).Append('\n');
            body.Append($"<text class=\"figure\" x=\"{Markup.At(Right + 14)}\" y=\"{Markup.At(middle + 4)}\">{Markup.Text(row.Figure)}</text>\n");
            y += Row;
        }

        return
            $"""
            <svg viewBox="0 0 {Markup.At(Width)} {Markup.At(y + Bottom)}" role="img" aria-labelledby="{id}-title {id}-desc">
            <title id="{id}-title">{Markup.Text(title)}</title>
            <desc id="{id}-desc">{Markup.Text(description)}</desc>
            {background(Top, y)}
            {body}</svg>

            """;
    }
}
