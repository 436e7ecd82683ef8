using MetaStore.Cli.Check;

namespace MetaStore.Cli.Tests.Check;

public sealed class PerfResultTests
{
    [Fact]
    public void Verdict_SaysWhatIsWrong()
    {
        var model = PerfModel.Parse("s") with { Duration = TimeSpan.FromSeconds(1) };
        var good = new PerfResult([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(2), 150)], [], TimeSpan.FromSeconds(1));
        Assert.Equal(["PASS: Throughput is 150 writes/s", "PASS: Slowest request took 0.002000s", "PASS: Stddev is 0.000000s", "PASS"], good.Verdict(model));

        var bad = new PerfResult([TimeSpan.Zero, TimeSpan.FromSeconds(1)], ["no", "no"], TimeSpan.FromSeconds(1));
        Assert.Equal(
            [
                "FAIL: too many errors", "FAIL: ERROR(no) -> 2", "FAIL: Throughput too low: 2 writes/s", "FAIL: Slowest request took too long: 1.000000s",
                "FAIL: Stddev too high: 0.500000s", "FAIL",
            ],
            bad.Verdict(model));
        Assert.False(bad.Passes(model));
    }
}
