using System.Globalization;
using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Reports.Html;
using MetaStore.Cli.Comparing.Statistics;
using MetaStore.Cli.Comparing.Verdicts;

namespace MetaStore.Cli.Comparing.Reports;

/// <summary>A report as one self-contained HTML file without scripts. Every chart has a table of its figures.</summary>
internal static class HtmlReport
{
    /// <summary>Renders the report.</summary>
    public static string Of(ComparisonReport report)
    {
        var comparison = report.Comparison;
        var verdicts = comparison.Verdicts.Take(comparison.Plan.ValueSizes.Count).Select(verdict => $"<p class=\"verdict\">{Markup.Text(verdict.Text)}</p>\n");
        var others = comparison.Verdicts.Skip(comparison.Plan.ValueSizes.Count).Select(verdict => $"<li>{Markup.Text(verdict.Text)}</li>\n").ToArray();
        var warnings = report.Warnings.Count == 0
            ? string.Empty
            : $"<ul class=\"warnings\" aria-label=\"Warnings\">\n{string.Concat(report.Warnings.Select(warning => $"<li>{Markup.Text(warning)}</li>\n"))}</ul>\n";
        return
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>Batched and unbatched puts</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>Batched and unbatched puts</h1>
            {warnings}{string.Concat(verdicts)}{(others.Length == 0 ? string.Empty : $"<ul>\n{string.Concat(others)}</ul>\n")}
            {Facts(report)}
            {string.Concat(comparison.Plan.ValueSizes.Select((size, at) => Section(comparison, size, at)))}
            {Modes(comparison.Plan)}
            {Rounds(comparison)}
            </main>
            </body>
            </html>

            """;
    }

    private static string Section(Comparison comparison, int size, int at)
    {
        CellSummary[] cells = [.. comparison.Cells.Where(cell => cell.Cell.ValueBytes == size)];
        ChartRow[] ratios =
        [
            .. from cell in cells
               let ratio = comparison.RatioOf(cell.Cell)?.Throughput
               where ratio is not null
               select Row(comparison, cell, ratio.Ratio, Figures.Ratio(ratio)) with { Low = ratio.Low, High = ratio.High },
        ];
        var verdict = comparison.Verdicts.First(verdict => verdict.ValueBytes == size).Text;
        return $"<h2>Values of {Sizes.Of(size)}</h2>\n"
            + Chart($"r{at}", "Throughput against off, with 95 % intervals", $"{verdict} Marks right of the line at 1 are faster than off; an interval across the line shows no difference.", ratios, RatioChart.Draw)
            + Bars($"t{at}", "Puts a second", "Longer is better.", cell => cell.PutsPerSecond, cell => Figures.Rate(cell.PutsPerSecond))
            + Bars($"p{at}", "Median latency in milliseconds", "Shorter is better.", cell => cell.P50Micros, cell => Figures.Millis(cell.P50Micros))
            + Bars($"e{at}", "Puts in one log entry", "Every entry is replicated and applied as one.", cell => cell.PutsPerEntry ?? 0, cell => Figures.PerEntry(cell.PutsPerEntry))
            + Markup.Table($"All figures with values of {Sizes.Of(size)}", ["callers", "mode", .. TextReport.FigureColumns], 2, cells.Select(cell => TextReport.Row(comparison, cell)));

        string Bars(string id, string title, string meaning, Func<CellSummary, double> value, Func<CellSummary, string> figure) => Chart(
            id, title, $"Bars of one load share a scale. {meaning}", [.. cells.Select(cell => Row(comparison, cell, value(cell), figure(cell)))], BarChart.Draw);
    }

    private static string Chart(string id, string title, string description, ChartRow[] rows, Func<string, string, string, IReadOnlyList<ChartRow>, string> draw) => rows.Length == 0
        ? string.Empty
        : $"<h3>{Markup.Text(title)}</h3>\n{draw(id, title, description, rows)}<details><summary>The same as a table</summary>\n"
            + Markup.Table(title, ["load", "mode", "value"], 2, rows.Select(row => (string[])[row.Group, row.Label, row.Figure])) + "</details>\n";

    private static ChartRow Row(Comparison comparison, CellSummary cell, double value, string figure) => new(
        $"{Figures.Count(cell.Cell.Callers)} caller{(cell.Cell.Callers == 1 ? string.Empty : "s")}",
        cell.Cell.Mode.Name,
        ComparedMode.All.ToList().IndexOf(cell.Cell.Mode),
        value,
        null,
        null,
        figure);

    private static string Facts(ComparisonReport report)
    {
        (string Name, string Value)[] facts =
        [
            ("machine", report.Machine.ToString()),
            ("load before", report.LoadBefore?.ToString() ?? "not known"),
            ("load after", report.LoadAfter?.ToString() ?? "not known"),
            ("cluster", $"{report.Members.Count} members ({string.Join(", ", report.Members)}), etcd API {report.Version}"),
            ("puts went to", report.Target),
            ("method", $"{report.Method}; modes of one load in direct succession, in random order; ratios per round, their 95 % intervals by an expanded percentile bootstrap; never slower: no interval begins below {Figures.Ratio(1 - Findings.Margin)}"),
            ("began", report.Began.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
            ("took", FormattableString.Invariant($"{report.Took.TotalSeconds:0} s")),
            .. report.Notes.Select(note => ("note", note)),
        ];
        return $"<dl>\n{string.Concat(facts.Select(fact => $"<dt>{Markup.Text(fact.Name)}</dt><dd>{Markup.Text(fact.Value)}</dd>\n"))}</dl>";
    }

    private static string Modes(ComparisonPlan plan) =>
        "<h2>The modes</h2>\n" + Markup.Table("What each does", ["mode", "meaning"], 2, plan.Modes.Select(mode => (string[])[mode.Name, mode.Meaning]));

    private static string Rounds(Comparison comparison)
    {
        var rows = from cell in comparison.Cells
                   from round in cell.Rounds
                   select (string[])
                   [
                       Sizes.Of(cell.Cell.ValueBytes), Figures.Count(cell.Cell.Callers), cell.Cell.Mode.Name, Figures.Count(round.Round + 1), Figures.Rate(round.PutsPerSecond),
                       Figures.Millis(round.P50Micros), Figures.Millis(round.P99Micros), Figures.Count(round.Failed), round.IsSteady ? "yes" : "no",
                   ];
        return "<h2>Every round</h2>\n<details><summary>All measurements</summary>\n"
            + Markup.Table("One line for each measurement", ["value", "callers", "mode", "round", "puts/s", "p50 ms", "p99 ms", "failed", "steady"], 3, rows) + "</details>\n";
    }
}
