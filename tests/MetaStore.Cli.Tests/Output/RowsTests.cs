using MetaStore.Cli.Output;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Tests.Output;

/// <summary>Figures in rows. The sizes are those that the humanize package of etcdctl prints.</summary>
public sealed class RowsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(1_049, "1.0 kB")]
    [InlineData(1_050, "1.1 kB")]
    [InlineData(9_949, "9.9 kB")]
    [InlineData(9_950, "10 kB")]
    [InlineData(20_480, "20 kB")]
    [InlineData(10_500, "10 kB")]
    [InlineData(11_500, "12 kB")]
    [InlineData(999_999, "1000 kB")]
    [InlineData(1_000_000, "1.0 MB")]
    [InlineData(2_147_483_648, "2.1 GB")]
    [InlineData(5_000_000_000_000_000, "5.0 PB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void Bytes_HaveADecimalUnit(long bytes, string expected) => Assert.Equal(expected, Rows.Bytes(bytes));

    [Theory]
    [InlineData(0, 0, "0%")]
    [InlineData(1000, 1000, "0%")]
    [InlineData(1000, 0, "100%")]
    [InlineData(3000, 1000, "67%")]
    public void Status_HasTheShareThatIsNotInUse(long size, long inUse, string expected)
    {
        var status = new StatusResponse { Header = new ResponseHeader(), DbSize = size, DbSizeInUse = inUse };
        Assert.Equal(expected, Assert.Single(Rows.Status([new EndpointStatus("a:1", status, null)]))[6]);
    }

    [Fact]
    public void Status_HasTheErrorsAndTheDowngrade()
    {
        var status = new StatusResponse { Header = new ResponseHeader { MemberId = 0xab }, Leader = 0xab, Errors = { "memberID:1 alarm:NOSPACE", "x" }, DowngradeInfo = new DowngradeInfo { Enabled = true, TargetVersion = "3.5" } };
        var row = Assert.Single(Rows.Status([new EndpointStatus("a:1", status, null)]));
        Assert.Equal(Rows.StatusColumns.Length, row.Length);
        Assert.Equal(("ab", "true", "memberID:1 alarm:NOSPACE, x", "3.5", "true"), (row[1], row[8], row[13], row[14], row[15]));
    }

    [Theory]
    [InlineData(1_200_000, 500, "1.2 MB in 0.50 s, 2.4 MB/s")]
    [InlineData(10, 0, "10 B in 0.00 s, 10 kB/s")]
    public void Throughput_OfNoTime_IsOfAMillisecond(long bytes, int milliseconds, string expected) =>
        Assert.Equal(expected, Rows.Throughput(bytes, TimeSpan.FromMilliseconds(milliseconds)));
}
