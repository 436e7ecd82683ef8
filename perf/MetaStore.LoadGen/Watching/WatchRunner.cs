using MetaStore.LoadGen.Load;

namespace MetaStore.LoadGen.Watching;

/// <summary>Measures puts and the events that watchers receive for them, together.</summary>
internal static class WatchRunner
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Opens the watches, runs the puts, counts the events that arrive while they are measured and until all have arrived.</summary>
    /// <exception cref="IOException">Watches could not be created, or ended, or events are missing at the end.</exception>
    public static async Task<WatchResult> RunAsync(LoadOptions options)
    {
        using WatchReaders readers = new(LoadRunner.Targets(options), options.Watchers);
        await UntilAsync(() => readers.AreReady, readers, "watches are not created");
        LoadOptions puts = options with { Workload = WorkloadKind.Put, WarmUp = TimeSpan.Zero };
        if (options.WarmUp > TimeSpan.Zero)
        {
            await Task.Run(() => LoadRunner.Run(puts with { Duration = options.WarmUp }));
            await DrainAsync(readers);
        }

        long before = readers.Events;
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        LoadResult written = await Task.Run(() => LoadRunner.Run(puts));
        await UntilAsync(() => readers.Events - before >= written.Succeeded * options.Watchers, readers, "events are missing");
        TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        return new WatchResult(options.Watchers, written, readers.Events - before, took);
    }

    private static async Task DrainAsync(WatchReaders readers)
    {
        long last = -1;
        await UntilAsync(
            () =>
            {
                long now = readers.Events;
                bool isStill = now == last;
                last = now;
                return isStill;
            },
            readers,
            "events do not end");
    }

    private static async Task UntilAsync(Func<bool> condition, WatchReaders readers, string failure)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            readers.ThrowIfBroken();
            if (Environment.TickCount64 > deadline)
            {
                throw new IOException(failure);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
