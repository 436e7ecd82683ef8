using System.Globalization;
using System.Net;

namespace MetaStore.Cli.Comparing.Reports.Html;

/// <summary>Text inside HTML and SVG.</summary>
internal static class Markup
{
    /// <summary>Encodes text for elements and attributes.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate, to a tenth.</summary>
    public static string At(double coordinate) => coordinate.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A table.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="columns">Headers; the first <paramref name="names"/> columns hold names, the others figures.</param>
    /// <param name="names">Number of name columns.</param>
    /// <param name="rows">Cells.</param>
    public static string Table(string caption, IReadOnlyList<string> columns, int names, IEnumerable<IReadOnlyList<string>> rows)
    {
        var head = string.Concat(columns.Select((column, at) => $"<th scope=\"col\"{(at < names ? " class=\"name\"" : string.Empty)}>{Text(column)}</th>"));
        var body = string.Concat(rows.Select(row =>
            "<tr>" + string.Concat(row.Select((cell, at) => at < names ? $"<th scope=\"row\" class=\"name\">{Text(cell)}</th>" : $"<td>{Text(cell)}</td>")) + "</tr>\n"));
        return $"<div class=\"wide\"><table>\n<caption>{Text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>\n";
    }
}
