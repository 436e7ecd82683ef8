using System.Collections.Concurrent;
using System.Diagnostics;
using MetaStore.Cli.Comparing.Statistics;

namespace MetaStore.Cli.Comparing.Running;

/// <summary>Counts completed puts: in total, and those that complete during a measurement. Thread-safe.</summary>
internal sealed class PutTally
{
    /// <summary>Number of error texts counted separately; further ones are counted together.</summary>
    private const int TextsMax = 20;

    private long _ended;
    private Measurement? _current;

    /// <summary>Puts that succeeded since the start.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>Counts a successful put.</summary>
    public void Succeed(TimeSpan latency)
    {
        Interlocked.Increment(ref _ended);
        Volatile.Read(ref _current)?.Latencies.Record(latency);
    }

    /// <summary>Counts a failed put.</summary>
    /// <param name="answer">The error.</param>
    public void Fail(string answer)
    {
        if (Volatile.Read(ref _current) is { } measurement)
        {
            var text = measurement.Failures.Count < TextsMax || measurement.Failures.ContainsKey(answer) ? answer : "other failures";
            measurement.Failures.AddOrUpdate(text, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Starts a measurement.</summary>
    public void Begin() => Volatile.Write(ref _current, new Measurement(Stopwatch.GetTimestamp()));

    /// <summary>Ends a measurement.</summary>
    /// <returns>Its duration, and the results in it.</returns>
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
