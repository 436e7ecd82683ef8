using MetaStore.Cli.Output.Batching;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Tests.Output;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(250, "250us")]
    [InlineData(999.4, "999us")]
    [InlineData(1_000, "1ms")]
    [InlineData(5_149, "5.1ms")]
    [InlineData(12_340_000, "12.3s")]
    [InlineData(60_000_000, "1m0s")]
    [InlineData(252_900_000, "4m12s")]
    [InlineData(3_600_000_000, "1h0m")]
    [InlineData(18_180_000_000, "5h3m")]
    public void Time_HasTheUnitThatFits(double microseconds, string expected) => Assert.Equal(expected, Figures.Time(microseconds));

    [Theory]
    [InlineData(15, 2_000_000, "7.5")]
    [InlineData(1_000, 2_000_000, "500")]
    [InlineData(0, 2_000_000, "0")]
    [InlineData(5, 0, "-")]
    [InlineData(5, -1, "-")]
    public void Rate_OfNoTime_IsADash(long count, long microseconds, string expected) => Assert.Equal(expected, Figures.Rate(count, microseconds));

    [Fact]
    public void Per_OfNone_IsADash()
    {
        Assert.Equal("2.5", Figures.Per(5, 2));
        Assert.Equal("-", Figures.Per(5, 0));
    }

    [Theory]
    [InlineData(BatchPolicy.Dynamic, true, "dynamic")]
    [InlineData(BatchPolicy.Dynamic, false, "classic")]
    [InlineData(BatchPolicy.Fixed, false, "fixed (waits)")]
    [InlineData(BatchPolicy.Off, false, "off")]
    public void Mode_SaysWhetherItWaits(BatchPolicy policy, bool flushWhenIdle, string expected) => Assert.Equal(expected, ModeNames.Of(policy, flushWhenIdle));

    [Fact]
    public void Flushes_OmitReasonsThatDidNotOccur()
    {
        Assert.Equal("size 12, drain 1", StatisticLines.Flushes(new FlushCounts { Size = 12, Drain = 1 }));
        Assert.Equal("none", StatisticLines.Flushes(new FlushCounts()));
        Assert.Equal("none", StatisticLines.Flushes(null));
    }

    [Fact]
    public void Change_OfNothing_SaysSo()
    {
        var settings = new BatchSettings { Policy = BatchPolicy.Fixed, FlushWhenIdle = true, FixedBatchSize = 9 };
        Assert.Equal("fixed, nothing changed", new BatchingChange("a:1", settings, settings, null).Text);
        Assert.Equal("fixed -> dynamic", new BatchingChange("a:1", settings, new BatchSettings(settings) { Policy = BatchPolicy.Dynamic }, null).Text);
        Assert.Equal("fixed, fixed.batch_size 9 -> 10", new BatchingChange("a:1", settings, new BatchSettings(settings) { FixedBatchSize = 10 }, null).Text);
        Assert.Equal(string.Empty, new BatchingChange("a:1", null, settings, "refused").Text);
    }
}
