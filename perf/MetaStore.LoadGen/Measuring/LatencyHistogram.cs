using System.Numerics;

namespace MetaStore.LoadGen.Measuring;

/// <summary>Counts times into buckets of three significant digits over the whole range, so that no percentile is off by more than 0.1 %.</summary>
/// <remarks>
/// Log-linear: values below 2048 have a bucket each; every further power of two is cut into 1024 equal ones. 37 powers reach 137 s in
/// nanoseconds; longer times count as that. Not thread-safe; histograms of several threads are added up afterwards.
/// </remarks>
internal sealed class LatencyHistogram
{
    private const int SubBits = 10;
    private const int Half = 1 << SubBits;
    private const int MagnitudeMax = 26;

    private readonly long[] _counts = new long[(MagnitudeMax + 2) * Half];

    /// <summary>Values counted.</summary>
    public long Count { get; private set; }

    /// <summary>Largest value, exactly.</summary>
    public long Max { get; private set; }

    /// <summary>Sum of all values.</summary>
    public double Sum { get; private set; }

    /// <summary>Mean, 0 when empty.</summary>
    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>Counts one value in nanoseconds; negative counts as 0.</summary>
    public void Record(long value)
    {
        value = Math.Max(value, 0);
        _counts[BucketOf(value)]++;
        Count++;
        Sum += value;
        Max = Math.Max(Max, value);
    }

    /// <summary>Adds another histogram's counts.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Sum += other.Sum;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The value that the given share of all values does not exceed: the upper end of its bucket, at most the maximum.</summary>
    /// <param name="share">0 to 1.</param>
    public long Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(UpperEnd(i), Max);
            }
        }

        return Max;
    }

    private static int BucketOf(long value)
    {
        int magnitude = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBits);
        return magnitude > MagnitudeMax ? ((MagnitudeMax + 2) * Half) - 1 : (magnitude * Half) + (int)(value >> magnitude);
    }

    private static long UpperEnd(int bucket)
    {
        int magnitude = Math.Max(0, (bucket / Half) - 1);
        long sub = bucket - (magnitude * (long)Half);
        return ((sub + 1) << magnitude) - 1;
    }
}
