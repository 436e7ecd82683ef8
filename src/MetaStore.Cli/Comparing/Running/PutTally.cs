using System.Collections.Concurrent;
using System.Diagnostics;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Counts puts that end: all of them, and apart those that end while it measures. Safe for concurrent use.</summary>
internal sealed class PutTally
{
    /// <summary>Answers kept apart; further ones are counted together.</summary>
    private const int TextsMax = 20;

    private long _ended;
    private Measurement? _current;

    /// <summary>Puts that have succeeded since the start.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>Counts a put that succeeded.</summary>
    public void Succeed(TimeSpan latency)
    {
        Interlocked.Increment(ref _ended);
        Volatile.Read(ref _current)?.Latencies.Record(latency);
    }

    /// <summary>Counts a put that failed.</summary>
    /// <param name="answer">What was answered.</param>
    public void Fail(string answer)
    {
        if (Volatile.Read(ref _current) is { } measurement)
        {
            var text = measurement.Failures.Count < TextsMax || measurement.Failures.ContainsKey(answer) ? answer : "other failures";
            measurement.Failures.AddOrUpdate(text, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Begins to measure.</summary>
    public void Begin() => Volatile.Write(ref _current, new Measurement(Stopwatch.GetTimestamp()));

    /// <summary>Ends it.</summary>
    /// <returns>The time it took, and what ended in it.</returns>
    public (TimeSpan Time, LatencyCounts Latencies, IReadOnlyDictionary<string, long> Failures) End()
    {
        var measurement = Interlocked.Exchange(ref _current, null) ?? throw new InvalidOperationException("nothing is being measured");
        return (Stopwatch.GetElapsedTime(measurement.Began), measurement.Latencies, measurement.Failures);
    }

    private sealed class Measurement(long began)
    {
        public long Began { get; } = began;

        public LatencyCounts Latencies { get; } = new();

        public ConcurrentDictionary<string, long> Failures { get; } = new();
    }
}
