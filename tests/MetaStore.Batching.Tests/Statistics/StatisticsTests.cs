using MetaStore.Batching.Statistics;

namespace MetaStore.Batching.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void HistogramCounter_Values_FallUpToTheirBound()
    {
        HistogramCounter counter = new(bounds: 4, unit: 1);
        foreach (long value in new long[] { 0, 1, 2, 3, 4, 5, 8, 9, 1000 })
        {
            counter.Add(value);
        }

        BatchHistogram histogram = counter.Snapshot();
        Assert.Equal([1, 2, 4, 8], histogram.UpperBounds);
        Assert.Equal([2, 1, 2, 2, 2], histogram.Counts);
        Assert.Equal(1032, histogram.Sum);
    }

    [Fact]
    public void SlidingWindow_OldCounts_FallOut()
    {
        SlidingWindow window = new();
        for (int i = 0; i < 100; i++)
        {
            window.Add(TimeSpan.FromMilliseconds(i * 100), 10, 1);
        }

        Assert.InRange(window.PerSecond(TimeSpan.FromSeconds(9.9)), 95, 105);
        Assert.Equal(0.1, window.Average(TimeSpan.FromSeconds(9.9)), 6);
        Assert.InRange(window.PerSecond(TimeSpan.FromSeconds(15)), 40, 60);
        Assert.Equal(0, window.PerSecond(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, window.Average(TimeSpan.FromSeconds(60)));
    }
}
