using MetaStore.Server.Observability.Instruments;

namespace MetaStore.Server.Tests.Observability.Instruments;

public sealed class HistogramTests
{
    [Fact]
    public void Add_BoundsBelongToTheirBucket()
    {
        var histogram = new Histogram(0.001, 3);
        Assert.Equal([0.001, 0.002, 0.004], histogram.Bounds);
        foreach (double milliseconds in (double[])[0, 1, 1.1, 2, 4, 4.1, 1e9])
        {
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.Equal([2L, 2, 1, 2], Enumerable.Range(0, 4).Select(histogram.CountOf));
        Assert.Equal(7, histogram.Count);
        Assert.Equal(1e6 + 0.0122, histogram.Sum, 6);
    }

    [Fact]
    public void Milliseconds_CountsInItsUnit()
    {
        Histogram histogram = Histogram.Milliseconds(1, 2);
        histogram.Add(TimeSpan.FromMilliseconds(1.5));
        Assert.Equal((1L, 1.5), (histogram.CountOf(1), histogram.Sum));
    }

    [Fact]
    public async Task Add_FromManyThreads_LosesNothing()
    {
        var histogram = new Histogram(0.001, 4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                histogram.Add(TimeSpan.FromMilliseconds(thread + 1));
            }
        })));
        Assert.Equal(40_000, histogram.Count);
        Assert.Equal(100, histogram.Sum, 6);
    }
}
