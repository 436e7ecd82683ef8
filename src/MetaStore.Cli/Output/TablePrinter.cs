using MetaStore.Protocol.Etcd;
using MetaStore.Cli.Output.Batching;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.V1;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Output;

/// <summary>Tables for lists. Verbs without one are rejected before they send a request.</summary>
internal sealed class TablePrinter(TextWriter output) : SimplePrinter(output)
{
    public override void Members(MemberListResponse response) => Draw(Rows.MemberColumns, Rows.Members(response));

    public override void SnapshotStatus(BackupSummary summary) => Draw(Rows.SnapshotColumns, [Rows.Snapshot(summary)]);

    public override void Status(IReadOnlyList<EndpointStatus> endpoints)
    {
        Draw([.. Rows.StatusColumns, "LAG"], Rows.Status(endpoints).Zip(Rows.Lag(endpoints), (row, lag) => (string[])[.. row, lag]));
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Error is not null))
        {
            Terminal.Complain($"Failed to get the status of endpoint {endpoint.Endpoint} ({endpoint.Error})");
        }
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints) => Draw(Rows.HealthColumns, Rows.Health(endpoints));

    public override void Hashes(IReadOnlyList<EndpointHash> endpoints) => Draw(Rows.HashColumns, Rows.Hashes(endpoints));

    public override void Admission(IReadOnlyList<AdmissionReport> endpoints)
    {
        var lines = endpoints.Select(endpoint => endpoint.Lines().ToDictionary(line => line.Name, line => line.Value)).ToArray();
        var names = lines.SelectMany(line => line.Keys).Distinct();
        Draw(["", .. endpoints.Select(endpoint => endpoint.Endpoint)], names.Select(name => (string[])[name, .. lines.Select(line => line.GetValueOrDefault(name, string.Empty))]));
    }

    public override void Batching(IReadOnlyList<BatchingReport> endpoints)
    {
        BatchingReport[] answered = [.. endpoints.Where(endpoint => endpoint.Answer is not null)];
        Draw(BatchingTables.MemberColumns, answered.Select(BatchingTables.Member));
        var settings = BatchingTables.Settings(answered);
        Draw(settings.Columns, settings.Rows);
    }

    public override void BatchingChanged(BatchSettings asked, IReadOnlyList<BatchingChange> endpoints)
    {
        Draw(BatchingTables.ChangeColumns, endpoints.Where(endpoint => endpoint.Error is null).Select(endpoint => (string[])[endpoint.Endpoint, endpoint.Text]));
        Advise(asked);
    }

    /// <summary>Borders of plus, minus and bar, centred titles, right-aligned cells: what scripts that parse etcdctl's tables expect.</summary>
    private void Draw(string[] columns, IEnumerable<string[]> rows)
    {
        string[][] cells = [.. rows];
        int[] widths = [.. columns.Select((title, column) => cells.Select(row => row[column].Length).Append(title.Length).Max())];
        var border = $"+{string.Join('+', widths.Select(width => new string('-', width + 2)))}+";
        Output.WriteLine(border);
        Output.WriteLine(Line(columns.Select((title, column) => title.PadLeft(title.Length + ((widths[column] - title.Length) / 2)).PadRight(widths[column]))));
        Output.WriteLine(border);
        foreach (var row in cells)
        {
            Output.WriteLine(Line(row.Select((cell, column) => cell.PadLeft(widths[column]))));
        }

        if (cells.Length > 0)
        {
            Output.WriteLine(border);
        }
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
