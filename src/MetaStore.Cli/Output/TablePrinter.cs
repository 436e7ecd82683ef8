using Etcdserverpb;
using MetaStore.StateMachine.Backups;
using Spectre.Console;

namespace MetaStore.Cli.Output;

/// <summary>Tables for lists; lines for everything else.</summary>
internal sealed class TablePrinter(TextWriter output) : SimplePrinter(output)
{
    public override void Members(MemberListResponse response) => Draw(Rows.MemberColumns, Rows.Members(response));

    public override void SnapshotStatus(BackupSummary summary) => Draw(Rows.SnapshotColumns, [Rows.Snapshot(summary)]);

    public override void Status(IReadOnlyList<EndpointStatus> endpoints)
    {
        Draw(Rows.StatusColumns, Rows.Status(endpoints));
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.Error is not null))
        {
            Console.Error.WriteLine($"Failed to get the status of endpoint {endpoint.Endpoint} ({endpoint.Error})");
        }
    }

    public override void Health(IReadOnlyList<EndpointHealth> endpoints) => Draw(Rows.HealthColumns, Rows.Health(endpoints));

    public override void Hashes(IReadOnlyList<EndpointHash> endpoints) => Draw(Rows.HashColumns, Rows.Hashes(endpoints));

    public override void Batching(IReadOnlyList<BatchingReport> endpoints)
    {
        string[] columns = ["", .. endpoints.Select(endpoint => endpoint.Endpoint)];
        var lines = endpoints.Select(endpoint => endpoint.Lines().ToDictionary(line => line.Name, line => line.Value)).ToArray();
        var names = lines.SelectMany(line => line.Keys).Distinct();
        Draw(columns, names.Select(name => (string[])[name, .. lines.Select(line => line.GetValueOrDefault(name, string.Empty))]));
    }

    private void Draw(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Ascii);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Output), ColorSystem = ColorSystemSupport.NoColors, Ansi = AnsiSupport.No });
        console.Profile.Width = 400; // a table that wraps cannot be read by grep
        console.Write(table);
    }
}
