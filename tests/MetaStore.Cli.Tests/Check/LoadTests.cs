using MetaStore.Cli.Check;
using MetaStore.Cli.CommandLine;

namespace MetaStore.Cli.Tests.Check;

/// <summary>Loads of check perf and check datascale, with etcdctl's names and figures.</summary>
public sealed class LoadTests
{
    [Theory]
    [InlineData("s", "small", 50, 150)]
    [InlineData("m", "medium", 200, 1000)]
    [InlineData("l", "large", 500, 8000)]
    [InlineData("xl", "xLarge", 1000, 15000)]
    public void Perf_HasEtcdctlsRates(string name, string alias, int clients, int rate)
    {
        Assert.Equal(new PerfModel(clients, rate, TimeSpan.FromMinutes(1)), PerfModel.Parse(name));
        Assert.Equal(PerfModel.Parse(name), PerfModel.Parse(alias));
    }

    [Theory]
    [InlineData("s", "small", 10_000, 50)]
    [InlineData("m", "medium", 100_000, 200)]
    [InlineData("l", "large", 1_000_000, 500)]
    [InlineData("xl", "xLarge", 3_000_000, 1000)]
    public void DataScale_HasEtcdctlsSizes(string name, string alias, int pairs, int clients)
    {
        Assert.Equal(new DataScale(pairs, clients), DataScale.Parse(name));
        Assert.Equal(DataScale.Parse(name), DataScale.Parse(alias));
    }

    [Fact]
    public void AnyOtherName_IsABadFeature()
    {
        Assert.Equal(ExitCodes.BadFeature, Assert.Throws<UsageException>(() => PerfModel.Parse("xlarge")).ExitCode);
        Assert.Equal(ExitCodes.BadFeature, Assert.Throws<UsageException>(() => DataScale.Parse("S")).ExitCode);
    }

    [Theory]
    [InlineData(135, 1000, false)]
    [InlineData(136, 1000, true)]
    public void Perf_PassesAboveNineTenthsOfTheRate(int puts, int milliseconds, bool passes) =>
        Assert.Equal(passes, new PerfResult([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), puts)], [], TimeSpan.FromMilliseconds(milliseconds)).Passes(PerfModel.Parse("s")));

    [Fact]
    public void Perf_WithoutAPut_Fails_WithFigures()
    {
        var result = new PerfResult([], [], TimeSpan.FromSeconds(1));
        Assert.Equal("FAIL: Throughput too low: 0 writes/s", result.Verdict(PerfModel.Parse("s")).First());
        Assert.False(result.Passes(PerfModel.Parse("s")));
    }

    [Theory]
    [InlineData(499, true)]
    [InlineData(500, false)]
    public void Perf_OneSlowPut_Fails(int milliseconds, bool passes)
    {
        var puts = Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 1000).Append(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(passes, new PerfResult([.. puts], [], TimeSpan.FromSeconds(1)).Passes(PerfModel.Parse("s")));
    }
}
