namespace MetaStore.Charts;

/// <summary>The tables of a Markdown results file as rows by column name, and the machine.</summary>
/// <param name="Rows">Rows of all tables in order; cells by column header.</param>
/// <param name="Summary">The lines "Machine" and "Load" of its header, for the footer of a chart.</param>
internal sealed record ResultsFile(IReadOnlyList<IReadOnlyDictionary<string, string>> Rows, string Summary)
{
    /// <summary>Reads tables of the form "| a | b |", whose second line is dashes.</summary>
    public static ResultsFile Read(string markdown)
    {
        var rows = new List<IReadOnlyDictionary<string, string>>();
        var head = new List<string>();
        string[] header = [];
        var lines = markdown.Split('\n').Select(line => line.Trim()).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith('|'))
            {
                header = [];
                if (lines[i].StartsWith("- Machine:", StringComparison.Ordinal) || lines[i].StartsWith("- Load:", StringComparison.Ordinal))
                {
                    head.Add(lines[i][(lines[i].IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().TrimEnd('.'));
                }
            }
            else if (header.Length == 0)
            {
                header = Cells(lines[i]);
            }
            else if (!IsRule(lines[i]))
            {
                rows.Add(Row(header, Cells(lines[i])));
            }
        }

        return new ResultsFile(rows, string.Join(". ", head));
    }

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static bool IsRule(string line) => line.All(c => c is '|' or '-' or ':' or ' ');

    // Of two columns with the same name ("against off") the second one gets " 2".
    private static Dictionary<string, string> Row(string[] header, string[] cells)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(header.Length, cells.Length); i++)
        {
            row[row.ContainsKey(header[i]) ? $"{header[i]} 2" : header[i]] = cells[i];
        }

        return row;
    }
}
