using MetaStore.LoadGen.Measuring;

namespace MetaStore.LoadGen.Tests.Measuring;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentile_SmallValues_IsExact()
    {
        LatencyHistogram histogram = new();
        for (int i = 1; i <= 1000; i++)
        {
            histogram.Record(i);
        }

        Assert.Equal(500, histogram.Percentile(0.5));
        Assert.Equal(990, histogram.Percentile(0.99));
        Assert.Equal(1000, histogram.Percentile(1));
        Assert.Equal(500.5, histogram.Mean);
    }

    [Fact]
    public void Percentile_AnyValue_IsWithinATenthOfAPercentAndNeverBelow()
    {
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            long value = (long)Math.Pow(2, random.NextDouble() * 36.9);
            LatencyHistogram histogram = new();
            histogram.Record(value);
            histogram.Record(long.MaxValue / 2);
            Assert.InRange(histogram.Percentile(0.5), value, value + (value / 1000) + 1);
        }
    }

    [Fact]
    public void Percentile_AgainstSortedValues_AgreesToThreeDigits()
    {
        Random random = new(9);
        long[] values = [.. Enumerable.Range(0, 50_000).Select(_ => (long)(-Math.Log(random.NextDouble()) * 1e6))];
        LatencyHistogram first = new();
        LatencyHistogram second = new();
        for (int i = 0; i < values.Length; i++)
        {
            (i % 2 == 0 ? first : second).Record(values[i]);
        }

        first.Add(second);
        Array.Sort(values);
        foreach (double share in new[] { 0.5, 0.9, 0.99, 0.999 })
        {
            long exact = values[(int)Math.Ceiling(share * values.Length) - 1];
            Assert.InRange(first.Percentile(share) / (double)exact, 1, 1.001);
        }

        Assert.Equal(values[^1], first.Max);
        Assert.Equal(values.Length, first.Count);
    }

    [Fact]
    public void Record_OutOfRange_CountsAtTheEnds()
    {
        LatencyHistogram histogram = new();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);
        Assert.Equal(0, histogram.Percentile(0.5));
        Assert.Equal(2, histogram.Count);
    }
}
