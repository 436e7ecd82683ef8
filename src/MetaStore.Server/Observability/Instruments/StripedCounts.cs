using System.Numerics;

namespace MetaStore.Server.Observability.Instruments;

/// <summary>Counters that calls on all processors increment: each processor has its own copy, so that they do not take the cache line from each other.</summary>
/// <remarks>Any thread. A sum that is read while others add is between the sums before and after the read.</remarks>
/// <param name="length">Number of counters.</param>
internal sealed class StripedCounts(int length)
{
    private const int StripesMax = 16;

    /// <summary>Two cache lines at both ends: neighbouring memory belongs to another processor, and lines are fetched in pairs.</summary>
    private const int Padding = 128 / sizeof(long);

    private static readonly int Stripes = (int)Math.Min(StripesMax, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    private readonly long[][] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new long[Padding + length + Padding])];

    /// <summary>Number of counters.</summary>
    public int Length => length;

    /// <summary>A counter's sum.</summary>
    public long this[int counter]
    {
        get
        {
            long sum = 0;
            foreach (long[] stripe in _stripes)
            {
                sum += Volatile.Read(ref stripe[Padding + counter]);
            }

            return sum;
        }
    }

    /// <summary>Adds to a counter.</summary>
    public void Add(int counter, long value = 1) => Interlocked.Add(ref _stripes[Thread.GetCurrentProcessorId() & (Stripes - 1)][Padding + counter], value);
}
