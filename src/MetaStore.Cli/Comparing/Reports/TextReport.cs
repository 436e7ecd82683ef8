using MetaStore.Cli.Comparing.Plan;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Reports;

/// <summary>A report as lines for a terminal: warnings, one table per value size, verdicts.</summary>
internal static class TextReport
{
    /// <summary>Headers of a row's figures, after load and mode.</summary>
    public static readonly string[] FigureColumns = ["puts/s", "against off (95 %)", "p50 ms", "against off (95 %)", "p99 ms", "puts/entry", "failed"];

    private static readonly string[] Columns = ["callers", "mode", .. FigureColumns];

    /// <summary>All lines.</summary>
    public static IEnumerable<string> Lines(ComparisonReport report)
    {
        foreach (var warning in report.Warnings)
        {
            yield return $"WARNING: {warning}";
        }

        if (report.Warnings.Count > 0)
        {
            yield return string.Empty;
        }

        foreach (var size in report.Comparison.Plan.ValueSizes)
        {
            yield return $"Puts of {Sizes.Of(size)} to {report.Target}; {report.Method}";
            foreach (var line in Table(report.Comparison, size))
            {
                yield return line;
            }

            yield return string.Empty;
        }

        // The main verdict first, separated from the others.
        var subjects = report.Comparison.Plan.ValueSizes.Count;
        foreach (var verdict in report.Comparison.Verdicts.Take(subjects))
        {
            yield return verdict.Text;
        }

        foreach (var verdict in report.Comparison.Verdicts.Skip(subjects))
        {
            yield return $"- {verdict.Text}";
        }

        yield return string.Empty;
        yield return $"{report.Machine}; before: {report.LoadBefore?.ToString() ?? "load not known"}; {report.Members.Count} members, etcd API {report.Version}";
        foreach (var note in report.Notes)
        {
            yield return note;
        }
    }

    /// <summary>The cells of one row, the same in every report.</summary>
    public static string[] Row(Comparison comparison, CellSummary cell)
    {
        var ratio = comparison.RatioOf(cell.Cell);
        return
        [
            Figures.Count(cell.Cell.Callers), cell.Cell.Mode.Name, Figures.Rate(cell.PutsPerSecond), ratio is null ? "1" : Figures.Ratio(ratio.Throughput),
            Figures.Millis(cell.P50Micros), ratio is null ? "1" : Figures.Ratio(ratio.P50), Figures.Millis(cell.P99Micros), Figures.PerEntry(cell.PutsPerEntry), Figures.Count(cell.Failed),
        ];
    }

    private static IEnumerable<string> Table(Comparison comparison, int size)
    {
        string[][] rows = [Columns, .. comparison.Cells.Where(cell => cell.Cell.ValueBytes == size).Select(cell => Row(comparison, cell))];
        int[] widths = [.. Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        string? load = null;
        foreach (var row in rows)
        {
            // Names are left-aligned, figures right-aligned; the load is written once.
            string[] shown = [row[0] == load ? string.Empty : row[0], .. row[1..]];
            load = row[0];
            yield return string.Join("  ", shown.Select((text, column) => column == 1 ? text.PadRight(widths[column]) : text.PadLeft(widths[column]))).TrimEnd();
        }
    }
}
