using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>Compacts the files of an engine before it is used, when that frees enough. Source: etcd's bootstrap defragmentation.</summary>
internal static class StartDefragmentation
{
    /// <summary>Compacts if the threshold is reached.</summary>
    /// <param name="engine">Not in use yet.</param>
    /// <param name="thresholdMegabytes">MiB that compaction must free; 0 = never.</param>
    /// <param name="log">Logs the result.</param>
    /// <returns>True when it compacted.</returns>
    public static bool Run(IStorageEngine engine, long thresholdMegabytes, ServerLog log)
    {
        long before = engine.SizeAllocated;
        if (thresholdMegabytes == 0 || engine is not IDurableEngine durable || before - engine.SizeInUse < thresholdMegabytes << 20)
        {
            return false;
        }

        long started = Stopwatch.GetTimestamp();
        durable.Compact(CancellationToken.None);
        log.Defragmented(before, engine.SizeAllocated, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return true;
    }
}
