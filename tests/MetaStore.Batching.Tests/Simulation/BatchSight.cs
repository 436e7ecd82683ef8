using MetaStore.Batching.Statistics;

namespace MetaStore.Batching.Tests.Simulation;

/// <summary>Measurements of one interval of simulated time; load, size and timeout are those at its end.</summary>
/// <param name="At">End of the interval.</param>
/// <param name="Callers">Number of callers.</param>
/// <param name="Load">0 to 1.</param>
/// <param name="Size">Batch size in proposals.</param>
/// <param name="Timeout">Longest wait.</param>
/// <param name="PutsPerSecond">Puts sent to the log per second.</param>
/// <param name="PutsPerEntry">0 without entries.</param>
/// <param name="Median">Median time from call to response; zero without responses.</param>
/// <param name="Slow">99th percentile of that time.</param>
/// <param name="Flushes">Flushes since the start.</param>
internal sealed record BatchSight(
    TimeSpan At, int Callers, double Load, int Size, TimeSpan Timeout, double PutsPerSecond, double PutsPerEntry, TimeSpan Median, TimeSpan Slow,
    FlushCounts Flushes)
{
    public const string Titles = "    ms  callers   load  size  timeout   puts/s  puts/entry    p50    p99  size to 256";

    public override string ToString() => FormattableString.Invariant(
        $"{At.TotalMilliseconds,6:f0} {Callers,8} {Load,6:f3} {Size,5} {Timeout.TotalMilliseconds,8:f1} {PutsPerSecond,8:f0} {PutsPerEntry,11:f1} {Median.TotalMilliseconds,6:f2} {Slow.TotalMilliseconds,6:f2}  {new string('#', (Math.Min(Size, 256) + 7) / 8)}");
}
