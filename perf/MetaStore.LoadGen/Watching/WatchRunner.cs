using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Watching;

/// <summary>Puts under the eyes of watchers: what both get done together.</summary>
internal static class WatchRunner
{
    /// <summary>Streams, each on a connection of its own, over which watchers are spread.</summary>
    private const int StreamsMax = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Opens the watches, runs the puts, counts the events that arrive while they are measured and until all have arrived.</summary>
    /// <exception cref="IOException">Watches could not be created, or ended, or events are missing at the end.</exception>
    public static async Task<WatchResult> RunAsync(LoadOptions options)
    {
        using CancellationTokenSource end = new();
        int streams = Math.Min(options.Watchers, StreamsMax);
        WatchReader[] readers = [.. Enumerable.Range(0, streams).Select(i =>
            new WatchReader(options.Endpoints[i % options.Endpoints.Count], (options.Watchers / streams) + (i < options.Watchers % streams ? 1 : 0), end.Token))];
        Task[] reading = [.. readers.Select(reader => Task.Run(reader.RunAsync))];
        await UntilAsync(() => readers.All(reader => reader.IsReady), reading, "watches are not created");
        LoadOptions puts = options with { Workload = WorkloadKind.Put, WarmUp = TimeSpan.Zero };
        if (options.WarmUp > TimeSpan.Zero)
        {
            await Task.Run(() => LoadRunner.Run(puts with { Duration = options.WarmUp }));
            await DrainAsync(readers, reading);
        }

        long before = readers.Sum(reader => reader.Events);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        LoadResult written = await Task.Run(() => LoadRunner.Run(puts));
        await UntilAsync(() => readers.Sum(reader => reader.Events) - before >= written.Succeeded * options.Watchers, reading, "events are missing");
        TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        await end.CancelAsync();
        return new WatchResult(options.Watchers, written, readers.Sum(reader => reader.Events) - before, took);
    }

    private static async Task DrainAsync(WatchReader[] readers, Task[] reading)
    {
        long last = -1;
        await UntilAsync(
            () =>
            {
                long now = readers.Sum(reader => reader.Events);
                bool isStill = now == last;
                last = now;
                return isStill;
            },
            reading,
            "events do not end");
    }

    private static async Task UntilAsync(Func<bool> condition, Task[] reading, string failure)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Task? broken = Array.Find(reading, task => task.IsFaulted);
            if (broken is not null)
            {
                await broken;
            }

            if (Environment.TickCount64 > deadline)
            {
                throw new IOException(failure);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
