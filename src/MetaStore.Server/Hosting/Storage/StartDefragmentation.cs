using System.Diagnostics;
using MetaStore.Engines;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Hosting.Storage;

/// <summary>Compacts the files of an engine before it is served from, when that gives back enough. Source: etcd's bootstrap defragmentation.</summary>
internal static class StartDefragmentation
{
    /// <summary>Compacts when it is due.</summary>
    /// <param name="engine">Not used by anything else yet.</param>
    /// <param name="thresholdMegabytes">MiB that it has to give back; 0 = never.</param>
    /// <param name="log">Says what was done.</param>
    /// <returns>True when it was.</returns>
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
