namespace MetaStore.Server.Observability;

/// <summary>A Prometheus histogram with doubling buckets. One writer at a time per instance is not required; counts are exact.</summary>
/// <param name="first">Upper bound of the first bucket in seconds; each further one is twice the one before.</param>
/// <param name="buckets">Number of bounded buckets.</param>
internal sealed class Histogram(double first, int buckets)
{
    private readonly long[] _counts = new long[buckets + 1];
    private long _sumTicks;

    /// <summary>Upper bounds in seconds.</summary>
    public double[] Bounds { get; } = [.. Enumerable.Range(0, buckets).Select(i => first * Math.Pow(2, i))];

    /// <summary>Sum of all values in seconds.</summary>
    public double Sum => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks)).TotalSeconds;

    /// <summary>Values per bucket, the last without a bound; not cumulative.</summary>
    public long CountOf(int bucket) => Volatile.Read(ref _counts[bucket]);

    public void Add(TimeSpan value)
    {
        double seconds = value.TotalSeconds;
        int bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sumTicks, value.Ticks);
    }
}
