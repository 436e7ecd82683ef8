using System.Diagnostics;
using System.Numerics;

namespace MetaStore.Server.Observability.Stages;

/// <summary>Stage times of the writes of this member's clients over the last ten seconds. Any thread; allocates nothing while counting.</summary>
/// <remarks>
/// Every write is counted. Times are kept of the first <see cref="AllOf"/> writes of a second and then of every <see cref="OneOf"/>th, so that the
/// cost stays below a thousandth of a core at any rate. Counts made while a second is being cleared for its next use may be lost: a handful in ten
/// seconds.
/// </remarks>
internal sealed class StageWindow
{
    /// <summary>Number of writes per second of which all times are kept.</summary>
    public const int AllOf = 256;

    /// <summary>After those, the times of one in this many are kept.</summary>
    public const int OneOf = 8;

    private const int Seconds = 10;

    /// <summary>Eight buckets per doubling up to 2^27 microseconds, two minutes; the first eight are single microseconds.</summary>
    private const int Fine = 8;
    private const int Octaves = 24;
    private const int Buckets = Fine * (1 + Octaves);

    // One more than the window has seconds: the current one.
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Seconds + 1).Select(_ => new Slot())];

    /// <summary>Counts a write.</summary>
    /// <param name="now">A timestamp of <see cref="Stopwatch"/>.</param>
    /// <returns>True when its times are to be added too: <see cref="Add"/>.</returns>
    public bool Count(long now)
    {
        Slot slot = SlotOf(now);
        int seen = Interlocked.Increment(ref slot.Seen);
        return seen <= AllOf || seen % OneOf == 0;
    }

    /// <summary>Adds the times of a write that was counted at the same timestamp.</summary>
    public void Add(in WriteStages stages, long now)
    {
        Slot slot = SlotOf(now);
        for (int stage = 0; stage < WriteStages.Names.Count; stage++)
        {
            Interlocked.Increment(ref slot.Counts[(stage * Buckets) + BucketOf(stages[stage])]);
        }
    }

    /// <summary>The stages in order; all zero without writes.</summary>
    public IReadOnlyList<StageSummary> Read(long now)
    {
        long second = now / Stopwatch.Frequency;
        Slot[] covered = [.. _slots.Where(slot => Volatile.Read(ref slot.Second) > second - Seconds && Volatile.Read(ref slot.Second) <= second)];
        long writes = covered.Sum(slot => (long)Volatile.Read(ref slot.Seen));
        return [.. WriteStages.Names.Select((name, stage) => Summary(name, stage, writes, covered))];
    }

    private static StageSummary Summary(string name, int stage, long writes, Slot[] covered)
    {
        long[] counts = new long[Buckets];
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            counts[bucket] = covered.Sum(slot => (long)Volatile.Read(ref slot.Counts[(stage * Buckets) + bucket]));
        }

        return new StageSummary(name, writes, Quantile(counts, 0.5), Quantile(counts, 0.99));
    }

    private static TimeSpan Quantile(long[] counts, double quantile)
    {
        long left = (long)Math.Ceiling(counts.Sum() * quantile);
        for (int bucket = 0; left > 0 && bucket < counts.Length; bucket++)
        {
            left -= counts[bucket];
            if (left <= 0)
            {
                return TimeSpan.FromMicroseconds(MiddleOf(bucket));
            }
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long ticks)
    {
        ulong micros = (ulong)(ticks * (1e6 / Stopwatch.Frequency));
        if (micros < Fine)
        {
            return (int)micros;
        }

        int octave = BitOperations.Log2(micros) - BitOperations.Log2(Fine);
        return octave >= Octaves ? Buckets - 1 : (Fine * (1 + octave)) + (int)((micros >> octave) - Fine);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Fine)
        {
            return bucket;
        }

        double width = 1L << ((bucket / Fine) - 1);
        return (width * (Fine + (bucket % Fine))) + ((width - 1) / 2);
    }

    private Slot SlotOf(long now)
    {
        long second = now / Stopwatch.Frequency;
        Slot slot = _slots[second % _slots.Length];
        if (Volatile.Read(ref slot.Second) < second)
        {
            lock (slot)
            {
                if (slot.Second < second)
                {
                    Array.Clear(slot.Counts);
                    Volatile.Write(ref slot.Seen, 0);
                    Volatile.Write(ref slot.Second, second);
                }
            }
        }

        return slot;
    }

    private sealed class Slot
    {
        public readonly int[] Counts = new int[WriteStages.Names.Count * Buckets];
        public long Second = -1;
        public int Seen;
    }
}
