using MetaStore.Batching.Settings;

namespace MetaStore.Benchmarks.Batching;

/// <summary>How a policy follows a step of the load: its size before and after, and after what time and how many flushes it stays there.</summary>
/// <param name="From">Size before the step.</param>
/// <param name="To">Size when it has settled after it.</param>
/// <param name="Time">Simulated time until the size stays within a twentieth of that.</param>
/// <param name="Flushes">Flushes until then.</param>
internal sealed record LoadStep(int From, int To, TimeSpan Time, int Flushes)
{
    /// <summary>Runs one number of callers, then another, each for a simulated time in which the policy settles.</summary>
    public static LoadStep Measure(BatchSettings settings, int callersBefore, int callersAfter, TimeSpan settling)
    {
        using var loop = new ClosedLoop(settings);
        loop.Run(callersBefore, settling);
        var from = loop.Size;
        var start = loop.Now;
        var trace = new List<(TimeSpan At, int Size)>();
        loop.Flushed = () => trace.Add((loop.Now - start, loop.Size));
        loop.Run(callersAfter, settling);
        loop.Flushed = null;

        var to = loop.Size;
        var tolerance = Math.Max(1, to / 20);
        var last = trace.FindLastIndex(flush => Math.Abs(flush.Size - to) > tolerance);
        return last < 0 ? new LoadStep(from, to, TimeSpan.Zero, 0)
            : new LoadStep(from, to, trace[Math.Min(last + 1, trace.Count - 1)].At, last + 1);
    }
}
