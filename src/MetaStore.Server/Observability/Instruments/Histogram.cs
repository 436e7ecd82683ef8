namespace MetaStore.Server.Observability.Instruments;

/// <summary>A Prometheus histogram. Thread-safe; counts are exact.</summary>
/// <param name="bounds">Upper bounds of the buckets, ascending, in the unit of the metric.</param>
/// <param name="unit">The unit of the metric.</param>
internal sealed class Histogram(double[] bounds, TimeSpan unit)
{
    // The buckets, the last without a bound; then the ticks of all values.
    private readonly StripedCounts _counts = new(bounds.Length + 2);

    /// <summary>Doubling buckets, in seconds.</summary>
    /// <param name="first">Upper bound of the first bucket in seconds; each further one is twice the one before.</param>
    /// <param name="buckets">Number of bounded buckets.</param>
    public Histogram(double first, int buckets)
        : this(Doubling(first, buckets), TimeSpan.FromSeconds(1))
    {
    }

    /// <summary>Upper bounds.</summary>
    public double[] Bounds => bounds;

    /// <summary>Sum of all values.</summary>
    public double Sum => TimeSpan.FromTicks(_counts[bounds.Length + 1]) / unit;

    /// <summary>Number of all values.</summary>
    public long Count
    {
        get
        {
            long sum = 0;
            for (int i = 0; i <= bounds.Length; i++)
            {
                sum += CountOf(i);
            }

            return sum;
        }
    }

    /// <summary>Doubling buckets, in milliseconds.</summary>
    public static Histogram Milliseconds(double first, int buckets) => new(Doubling(first, buckets), TimeSpan.FromMilliseconds(1));

    /// <summary>Values in a bucket, the last without a bound; not cumulative.</summary>
    public long CountOf(int bucket) => _counts[bucket];

    public void Add(TimeSpan value)
    {
        double number = value / unit;
        int bucket = 0;
        while (bucket < bounds.Length && number > bounds[bucket])
        {
            bucket++;
        }

        _counts.Add(bucket);
        _counts.Add(bounds.Length + 1, value.Ticks);
    }

    private static double[] Doubling(double first, int buckets) => [.. Enumerable.Range(0, buckets).Select(i => first * Math.Pow(2, i))];
}
