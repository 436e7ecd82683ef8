using System.Diagnostics;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Tests.Observability.Stages;

/// <summary>Times that come from different threads: a stage is never negative, whatever the order in which they were taken.</summary>
public sealed class RequestStagesTests
{
    private static readonly long Tick = Stopwatch.Frequency / 1000;

    [Fact]
    public void OfRead_TwoStages_ThatAddUp()
    {
        RequestStages stages = RequestStages.OfRead(10 * Tick, 15 * Tick, 40 * Tick);
        Assert.Equal([("read_index", 5), ("apply", 25)], Shown(stages));
        Assert.Equal(30, (int)stages.Total.TotalMilliseconds);
    }

    [Theory]
    [InlineData(10, 5, 40, 0, 35)]
    [InlineData(10, 20, 15, 10, 0)]
    [InlineData(10, 10, 10, 0, 0)]
    public void OfRead_TimesOutOfOrder_AreZero(long asked, long confirmed, long applied, int first, int second) =>
        Assert.Equal([("read_index", first), ("apply", second)], Shown(RequestStages.OfRead(asked * Tick, confirmed * Tick, applied * Tick)));

    [Fact]
    public void After_AddsAStage_AndLeavesTheFormerOnes()
    {
        RequestStages first = RequestStages.After(null, "read", 0, 3 * Tick);
        RequestStages second = RequestStages.After(first, "answer", 10 * Tick, 12 * Tick);
        Assert.Equal([("read", 3)], Shown(first));
        Assert.Equal([("read", 3), ("answer", 2)], Shown(second));
        Assert.Equal(TimeSpan.Zero, new RequestStages([]).Total);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, 0)]
    [InlineData(50, 20)]
    [InlineData(90, 40)]
    public void WriteStages_TimeOfTheOwnDisk_IsHeldBetweenFlushAndCommit(long durableAt, int wal)
    {
        WriteStages stages = WriteStages.Of(new ProposalTimes(1, 30 * Tick, 70 * Tick, 75 * Tick), durableAt * Tick, 10 * Tick, 15 * Tick, 80 * Tick);
        Assert.Equal((wal, 40 - wal), ((int)(stages.Wal / Tick), (int)(stages.Replicate / Tick)));
        Assert.Equal(70, (int)((stages.Queue + stages.Batch + stages.Wal + stages.Replicate + stages.Apply + stages.Answer) / Tick));
    }

    /// <summary>A forwarded write has no times of the stages between the batcher and the apply loop.</summary>
    [Fact]
    public void WriteStages_WithoutTimes_AreNeverNegative()
    {
        WriteStages stages = WriteStages.Of(default, durableAt: 0, 10 * Tick, 15 * Tick, 80 * Tick);
        Assert.All(Enumerable.Range(0, WriteStages.Names.Count), stage => Assert.True(stages[stage] >= 0));
        Assert.Equal(5, (int)(stages.Queue / Tick));
    }

    [Fact]
    public void WriteStages_IndexAndName_AreTheSame()
    {
        var stages = new WriteStages(1, 2, 3, 4, 5, 6);
        Assert.Equal(["queue", "batch", "wal", "replicate", "apply", "answer"], WriteStages.Names);
        Assert.Equal([1L, 2, 3, 4, 5, 6], Enumerable.Range(0, 6).Select(stage => stages[stage]));
    }

    private static IEnumerable<(string, int)> Shown(RequestStages stages) => stages.Stages.Select(stage => (stage.Name, (int)stage.Took.TotalMilliseconds));
}
