using System.Globalization;

namespace MetaStore.Charts;

/// <summary>Data of a chart: for each series an optional value at each point.</summary>
/// <param name="Points">Names along the horizontal axis.</param>
/// <param name="Series">Series in the order of the table, with one value for each point.</param>
internal sealed record ChartData(IReadOnlyList<string> Points, IReadOnlyList<(string Name, IReadOnlyList<double?> Values)> Series)
{
    /// <summary>Selects the chart's data. Throws <see cref="InvalidDataException"/> when a column is missing or no row matches.</summary>
    public static ChartData Pick(ChartSpec spec, ResultsFile results)
    {
        string[] columns = [spec.X, spec.Y, .. spec.Where.Keys, .. spec.Series.Length > 0 ? new[] { spec.Series } : []];
        var rows = results.Rows
            .Where(row => columns.All(row.ContainsKey))
            .Where(row => spec.Where.All(condition => row[condition.Key] == condition.Value))
            .ToList();
        if (rows.Count == 0)
        {
            throw new InvalidDataException($"{spec.Image}: {spec.From} has no rows with {string.Join(", ", columns)}{string.Concat(spec.Where.Select(c => $" and {c.Key} = {c.Value}"))}");
        }

        var points = rows.Select(row => row[spec.X]).Distinct().ToList();
        var names = rows.Select(row => spec.Series.Length > 0 ? row[spec.Series] : spec.Y).Distinct().ToList();
        var series = names.Select(name => (name, (IReadOnlyList<double?>)[.. points.Select(point => Median(rows
            .Where(row => row[spec.X] == point && (spec.Series.Length == 0 || row[spec.Series] == name))
            .Select(row => Number(spec, row[spec.Y]))))])).ToList();
        return new ChartData([.. points.Select(point => spec.Trim.Length > 0 ? point.Replace(spec.Trim, string.Empty, StringComparison.Ordinal) : point)], series);
    }

    private static double? Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : sorted[sorted.Length / 2];
    }

    private static double Number(ChartSpec spec, string cell) =>
        double.TryParse(cell.Split(' ')[0].Replace(",", string.Empty, StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{spec.Image}: '{cell}' in column {spec.Y} of {spec.From} is not a number");
}
