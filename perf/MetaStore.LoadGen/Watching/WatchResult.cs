using System.Globalization;
using System.Text.Json;
using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Watching;

/// <summary>Result of a run with watchers.</summary>
/// <param name="Watchers">Watches, each on all keys.</param>
/// <param name="Puts">The writing side.</param>
/// <param name="Events">Events that arrived.</param>
/// <param name="Elapsed">From the first put until the last event.</param>
internal sealed record WatchResult(int Watchers, LoadResult Puts, long Events, TimeSpan Elapsed)
{
    /// <summary>Events a second, all watchers together.</summary>
    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    /// <summary>One JSON object on one line.</summary>
    public string Json() => JsonSerializer.Serialize(new
    {
        workload = "watch",
        watchers = Watchers,
        events = Events,
        seconds = Math.Round(Elapsed.TotalSeconds, 3),
        events_per_second = Math.Round(EventsPerSecond, 1),
        puts_per_second = Math.Round(Puts.Throughput, 1),
        failed = Puts.Total - Puts.Succeeded,
    });

    /// <summary>One line.</summary>
    public string Table() => string.Create(
        CultureInfo.InvariantCulture,
        $"watch: {Watchers} watchers, {Puts.Throughput:F0} puts/s, {Events} events in {Elapsed.TotalSeconds:F2} s: {EventsPerSecond:F0}/s");
}
