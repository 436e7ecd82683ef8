using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Tests.Output;

public sealed class TablePrinterTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public TablePrinterTests() => Terminal.Replace(TerminalStreams.Of(Stream.Null, Stream.Null, Stream.Null));

    [Fact]
    public void Table_CentresTitles_AndAlignsCellsRight()
    {
        new TablePrinter(_output).SnapshotStatus(new BackupSummary(0xabcdef12, 9, -1, 123_456_789_012, 20_480));
        Assert.Equal(
            """
            +----------+----------+--------------+------------+
            |   HASH   | REVISION |  TOTAL KEYS  | TOTAL SIZE |
            +----------+----------+--------------+------------+
            | abcdef12 |        9 | 123456789012 |      20 kB |
            +----------+----------+--------------+------------+

            """,
            _output.ToString());
    }

    [Fact]
    public void Table_WithoutRows_IsItsHead()
    {
        new TablePrinter(_output).Hashes([new EndpointHash("a:1", null, "does not answer")]);
        Assert.Equal(
            """
            +----------+------+---------------+------------------+
            | ENDPOINT | HASH | HASH REVISION | COMPACT REVISION |
            +----------+------+---------------+------------------+

            """,
            _output.ToString());
    }

    [Fact]
    public void Health_OfAFailure_HasItsReason()
    {
        new TablePrinter(_output).Health([new EndpointHealth("a:1", TimeSpan.FromMicroseconds(1234), null), new EndpointHealth("b:1", TimeSpan.Zero, "no leader")]);
        Assert.Equal(
            """
            +----------+--------+---------+-----------+
            | ENDPOINT | HEALTH |  TOOK   |   ERROR   |
            +----------+--------+---------+-----------+
            |      a:1 |   true | 1.234ms |           |
            |      b:1 |  false |     0ms | no leader |
            +----------+--------+---------+-----------+

            """,
            _output.ToString());
    }

    [Fact]
    public void Lag_IsOfTheLeadersIndex_WhenItWasAsked()
    {
        EndpointStatus[] endpoints =
        [
            Status("leader", member: 1, leader: 1, index: 100, applied: 99),
            Status("follower", member: 2, leader: 1, index: 97, applied: 90),
            Status("ahead", member: 3, leader: 1, index: 120, applied: 120),
            new EndpointStatus("dead", null, "does not answer"),
            Status("elsewhere", member: 4, leader: 9, index: 5, applied: 5),
        ];
        Assert.Equal(["1", "10", "0", "-"], Rows.Lag(endpoints));
        new TablePrinter(_output).Status(endpoints);
        string[] lines = _output.ToString().Split('\n');
        Assert.EndsWith("| LAG |", lines[1], StringComparison.Ordinal);
        Assert.Equal(3 + 4 + 1 + 1, lines.Length);
    }

    private static EndpointStatus Status(string name, ulong member, ulong leader, ulong index, ulong applied) =>
        new(name, new StatusResponse { Header = new ResponseHeader { MemberId = member }, Leader = leader, RaftIndex = index, RaftAppliedIndex = applied }, null);
}
