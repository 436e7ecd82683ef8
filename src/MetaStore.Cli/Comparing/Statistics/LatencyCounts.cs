using System.Numerics;

namespace MetaStore.Cli.Comparing.Statistics;

/// <summary>Histogram of latencies with buckets less than 1 % wide. Thread-safe recording.</summary>
/// <remarks>Below 256 each microsecond has a bucket; each further power of two is divided into 128. Times above an hour count as an hour.</remarks>
internal sealed class LatencyCounts
{
    private const int SubBits = 7;
    private const int Half = 1 << SubBits;
    private const long Largest = 3_600_000_000;
    private static readonly int Buckets = BucketOf(Largest) + 1;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Number of recorded times.</summary>
    public long Count => _counts.Sum();

    /// <summary>Records a time.</summary>
    public void Record(TimeSpan time) => Interlocked.Increment(ref _counts[BucketOf(Math.Clamp(time.Ticks / TimeSpan.TicksPerMicrosecond, 0, Largest))]);

    /// <summary>Adds the counts of another histogram.</summary>
    public void Add(LatencyCounts other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }

    /// <summary>The percentile, in microseconds; 0 when nothing is recorded.</summary>
    /// <param name="share">0 to 1.</param>
    public double Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return MiddleOf(i);
            }
        }

        return 0;
    }

    private static int BucketOf(long micros)
    {
        var magnitude = Math.Max(0, BitOperations.Log2((ulong)micros | 1) - SubBits);
        return (magnitude * Half) + (int)(micros >> magnitude);
    }

    private static double MiddleOf(int bucket)
    {
        var magnitude = Math.Max(0, (bucket / Half) - 1);
        long first = ((long)bucket - (magnitude * Half)) << magnitude;
        return first + (((1L << magnitude) - 1) / 2.0);
    }
}
