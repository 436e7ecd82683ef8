using System.Diagnostics;
using MetaStore.Bench.Overload;

namespace MetaStore.Bench.Steps;

/// <summary>One course from one caller to many and back: when the batcher and the latency of the one caller followed.</summary>
/// <param name="samples">The batcher's, oldest first.</param>
/// <param name="calls">The caller that was there all the time: when its calls ended and how long they took, oldest first.</param>
internal sealed class StepCourse(IReadOnlyList<BatcherSample> samples, IReadOnlyList<(long EndedAt, TimeSpan Took)> calls)
{
    /// <summary>With this many proposals inside the member, the many callers are there.</summary>
    private const int Many = 100;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    /// <summary>The many callers came: the first sample that shows them.</summary>
    public long RoseAt { get; } = samples.First(sample => sample.Callers >= Many).At;

    /// <summary>The many callers went: the first sample after the last that shows them.</summary>
    public long FellAt { get; } = samples.First(sample => sample.At > samples.Last(crowded => crowded.Callers >= Many).At).At;

    /// <summary>From the step up until the size is within a tenth of its median under load; null when it never is.</summary>
    public TimeSpan? SizeUp => Until(RoseAt, sample => sample.Size >= 0.9 * Median(MidRange(), under => under.Size));

    /// <summary>From the step up until the timeout is within a tenth of its median under load.</summary>
    public TimeSpan? TimeoutUp => Until(RoseAt, sample => sample.Timeout >= 0.9 * TimeSpan.FromTicks((long)Median(MidRange(), under => under.Timeout.Ticks)));

    /// <summary>From the step down until the size is what it was with one caller.</summary>
    public TimeSpan? SizeDown => Until(FellAt, sample => sample.Size <= Median(Before(), alone => alone.Size) + 1);

    /// <summary>From the step down until the timeout is within a tenth of what it was with one caller.</summary>
    public TimeSpan? TimeoutDown => Until(FellAt, sample => sample.Timeout <= 1.1 * TimeSpan.FromTicks((long)Median(Before(), alone => alone.Timeout.Ticks)));

    /// <summary>From the step down to the first quarter of a second in which the caller's median is at most 1.5 times what it was before the step up.</summary>
    public TimeSpan? LatencyDown
    {
        get
        {
            var alone = Latency(long.MinValue, RoseAt) * 1.5;
            for (var from = FellAt; from < samples[^1].At; from += Ticks(Window / 5))
            {
                if (Latency(from, from + Ticks(Window)) is { } median && median <= alone)
                {
                    return Stopwatch.GetElapsedTime(FellAt, from);
                }
            }

            return null;
        }
    }

    /// <summary>What happened around a time after the step up, over half a second: medians of the batcher, median of the caller, puts per second, puts per batch.</summary>
    public StepPoint? At(double seconds)
    {
        var from = RoseAt + Ticks(TimeSpan.FromSeconds(seconds - 0.25));
        var to = RoseAt + Ticks(TimeSpan.FromSeconds(seconds + 0.25));
        var inside = samples.Where(sample => sample.At >= from && sample.At < to).ToList();
        if (inside.Count < 2)
        {
            return null;
        }

        var (first, last) = (inside[0], inside[^1]);
        var puts = (last.Proposals - first.Proposals) / Stopwatch.GetElapsedTime(first.At, last.At).TotalSeconds;
        var batches = last.Batches - first.Batches;
        return new StepPoint(
            Median(inside, sample => sample.Size),
            Median(inside, sample => sample.Timeout.TotalMilliseconds),
            Median(inside, sample => sample.Load),
            batches > 0 ? (double)(last.Proposals - first.Proposals) / batches : 0,
            puts,
            Latency(from, to)?.TotalMilliseconds ?? 0);
    }

    private List<BatcherSample> Before() => [.. samples.Where(sample => sample.At < RoseAt)];

    /// <summary>The samples under load without its first second.</summary>
    private List<BatcherSample> MidRange() => [.. samples.Where(sample => sample.At > RoseAt + Ticks(TimeSpan.FromSeconds(1)) && sample.At < FellAt)];

    private TimeSpan? Until(long from, Func<BatcherSample, bool> reached) =>
        samples.Where(sample => sample.At >= from && reached(sample)).Select(sample => (TimeSpan?)Stopwatch.GetElapsedTime(from, sample.At)).FirstOrDefault();

    private TimeSpan? Latency(long from, long to)
    {
        TimeSpan[] inside = [.. calls.Where(call => call.EndedAt >= from && call.EndedAt < to).Select(call => call.Took).Order()];
        return inside.Length == 0 ? null : QuietClient.Percentile(inside, 0.5);
    }

    private static double Median(List<BatcherSample> of, Func<BatcherSample, double> value) =>
        of.Count == 0 ? throw new InvalidOperationException("the course has no samples there: the steps are too short") : of.Select(value).Order().ElementAt(of.Count / 2);

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
