using MetaStore.Batching.Statistics;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>What was seen in one span of simulated time; load, size and timeout as they were at its end.</summary>
/// <param name="At">End of the span.</param>
/// <param name="Callers">Callers that put.</param>
/// <param name="Load">0 to 1.</param>
/// <param name="Size">Proposals that send a batch off.</param>
/// <param name="Timeout">Longest wait.</param>
/// <param name="PutsPerSecond">Puts that left for the log.</param>
/// <param name="PutsPerEntry">0 without entries.</param>
/// <param name="Median">Of the time from call to answer; zero without answers.</param>
/// <param name="Slow">The 99th percentile of it.</param>
/// <param name="Flushes">Since the start.</param>
internal sealed record BatchSight(
    TimeSpan At, int Callers, double Load, int Size, TimeSpan Timeout, double PutsPerSecond, double PutsPerEntry, TimeSpan Median, TimeSpan Slow,
    FlushCounts Flushes)
{
    public const string Titles = "    ms  callers   load  size  timeout   puts/s  puts/entry    p50    p99  size to 256";

    public override string ToString() => FormattableString.Invariant(
        $"{At.TotalMilliseconds,6:f0} {Callers,8} {Load,6:f3} {Size,5} {Timeout.TotalMilliseconds,8:f1} {PutsPerSecond,8:f0} {PutsPerEntry,11:f1} {Median.TotalMilliseconds,6:f2} {Slow.TotalMilliseconds,6:f2}  {new string('#', (Math.Min(Size, 256) + 7) / 8)}");
}
