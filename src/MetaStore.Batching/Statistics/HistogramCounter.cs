namespace MetaStore.Batching.Statistics;

/// <summary>Histogram whose bucket bounds double from one. Not thread-safe: guarded by the batcher's lock.</summary>
/// <param name="bounds">Number of bounds: 1, 2, 4, ... 2^(bounds - 1).</param>
/// <param name="unit">The value 1 in the unit shown.</param>
internal sealed class HistogramCounter(int bounds, double unit)
{
    private readonly long[] _counts = new long[bounds + 1];
    private long _sum;

    /// <summary>Counts one value, at least 0.</summary>
    public void Add(long value)
    {
        // The first bound that holds the value is the next power of two.
        int bucket = value <= 1 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(value - 1));
        _counts[Math.Min(bucket, _counts.Length - 1)]++;
        _sum += value;
    }

    /// <summary>Adds all counts of another instance with the same bounds.</summary>
    public void Add(HistogramCounter other)
    {
        _sum += other._sum;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }
    }

    /// <summary>A copy for readers.</summary>
    public BatchHistogram Snapshot()
    {
        double[] upper = new double[_counts.Length - 1];
        for (int i = 0; i < upper.Length; i++)
        {
            upper[i] = (1L << i) * unit;
        }

        return new BatchHistogram(upper, [.. _counts], _sum * unit);
    }
}
