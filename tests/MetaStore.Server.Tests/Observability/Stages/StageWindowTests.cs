using System.Diagnostics;
using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Tests.Observability.Stages;

public sealed class StageWindowTests
{
    private static readonly long _micro = Stopwatch.Frequency / 1_000_000;

    private readonly StageWindow _window = new();

    [Fact]
    public void Quantiles_AreWithinSevenPercent()
    {
        for (int write = 1; write <= 200; write++)
        {
            Add(Second(100), write * 10);
        }

        foreach (StageSummary stage in _window.Read(Second(100)))
        {
            int factor = WriteStages.Names.ToList().IndexOf(stage.Stage) + 1;
            Assert.Equal(200, stage.Count);
            Assert.InRange(stage.Median.TotalMicroseconds, 930 * factor, 1070 * factor);
            Assert.InRange(stage.Slow.TotalMicroseconds, 1842 * factor, 2118 * factor);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(1_000_000)]
    [InlineData(100_000_000)]
    public void AnyTime_IsShownAsItselfOrNearly(long micros)
    {
        Add(Second(1), micros);
        Assert.InRange(_window.Read(Second(1))[0].Median.TotalMicroseconds, micros * 0.93, micros * 1.07);
    }

    [Fact]
    public void AnHour_IsShownAsTwoMinutes()
    {
        Add(Second(1), 3_600_000_000);
        Assert.InRange(_window.Read(Second(1))[0].Slow.TotalSeconds, 120, 140);
    }

    [Fact]
    public void OldWrites_FallOutAfterTenSeconds()
    {
        Add(Second(50), 1000);
        Add(Second(55), 4000);
        Assert.Equal(2, _window.Read(Second(59))[0].Count);
        Assert.Equal(1, _window.Read(Second(60))[0].Count);
        Assert.InRange(_window.Read(Second(64))[0].Median.TotalMicroseconds, 3720, 4280);
        Assert.All(_window.Read(Second(65)), stage => Assert.Equal((0L, TimeSpan.Zero, TimeSpan.Zero), (stage.Count, stage.Median, stage.Slow)));
        Add(Second(61), 9000);
        Assert.Equal(1, _window.Read(Second(66))[0].Count);
    }

    /// <summary>All writes are counted; times are sampled: all of a few hundred per second, and every eighth above that.</summary>
    [Fact]
    public void ManyWrites_AreAllCounted_AndEveryEighthMeasured()
    {
        int measured = 0;
        for (int write = 0; write < 100_000; write++)
        {
            measured += _window.Count(Second(3)) ? 1 : 0;
        }

        Assert.Equal(100_000, _window.Read(Second(3))[0].Count);
        Assert.InRange(measured, 12_500, 13_000);
    }

    [Fact]
    public async Task ManyThreads_LoseNothingWithinASecond()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int write = 0; write < 20_000; write++)
            {
                Add(Second(7), 100);
            }
        })));
        Assert.Equal(80_000, _window.Read(Second(7))[0].Count);
    }

    [Fact]
    public void Counting_AllocatesNothing()
    {
        Add(Second(1), 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int write = 0; write < 1000; write++)
        {
            Add(Second(1 + (write / 10)), write);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static long Second(long second) => second * Stopwatch.Frequency;

    /// <summary>Stage durations of one, two, three times the base, in order.</summary>
    private void Add(long now, long micros)
    {
        long ticks = micros * _micro;
        if (_window.Count(now))
        {
            _window.Add(new WriteStages(ticks, 2 * ticks, 3 * ticks, 4 * ticks, 5 * ticks, 6 * ticks), now);
        }
    }
}
